using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>The keys that an operator gives to seal secrets with.</summary>
public sealed class SecretsKeys
{
    [Fact]
    public async Task Open_on_one_node_what_another_sealed()
    {
        var (database, key) = (PostgresCluster.Current.NewDatabase(), New());
        await using var first = new RunningServer(null, ("ConnectionStrings:Turnpike", database), ("Turnpike:SecretsKey", key));
        await using var second = new RunningServer(null, ("ConnectionStrings:Turnpike", database), ("Turnpike:SecretsKey", key));
        await SetAsync(first, "word", "sesame");
        Assert.Equal("sesame", await ReadAsync(second, "word"));
        await SetAsync(second, "other", "mellon");
        Assert.Equal(("sesame", "mellon"), (await ReadAsync(first, "word"), await ReadAsync(first, "other")));
    }

    [Fact]
    public async Task That_are_wrong_open_nothing_and_the_log_says_which_setting_lacks_one_and_what_to_do()
    {
        var (database, right) = (PostgresCluster.Current.NewDatabase(), New());
        using var log = new KeptLog();
        await using var first = new RunningServer(null, ("ConnectionStrings:Turnpike", database), ("Turnpike:SecretsKey", right));
        await SetAsync(first, "word", "sesame");
        using (var added = await first.PostAsync("/api/tools/servers", new { name = "far", url = "https://tools.example.org/mcp", headers = new { Authorization = "Bearer x" } })) Assert.True(added.IsSuccessStatusCode);
        await using var second = new RunningServer(services => services.AddSingleton<ILoggerProvider>(log), ("ConnectionStrings:Turnpike", database), ("Turnpike:SecretsKey", New()));
        Assert.Empty((await second.GetJsonAsync("/api/variables/global")).EnumerateObject());
        Assert.Contains(log.Lines, line => line.Contains("the key they were sealed with is not in the keys that were given (Turnpike:SecretsKey). They count as not set; put the key back, or set them again", StringComparison.Ordinal));
        Assert.Equal("failed", Assert.Single((await second.GetJsonAsync("/api/tools/servers")).GetProperty("data").EnumerateArray()).GetProperty("status").GetString());
        Assert.Equal("sesame", await ReadAsync(first, "word"));
    }

    [Fact]
    public async Task Are_rotated_by_adding_one_and_the_old_one_goes_when_nothing_needs_it()
    {
        var (folder, old, next) = (TestFolder.New(), New(), New());
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder), ("Turnpike:SecretsKey", old))) await SetAsync(server, "word", "sesame");
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder), ("Turnpike:SecretsKey", $"{old}, {next}")))
        {
            Assert.Equal("sesame", await ReadAsync(server, "word"));
            await SetAsync(server, "word", "mellon"); // sealed with the newest
        }
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder), ("Turnpike:SecretsKey", next))) Assert.Equal("mellon", await ReadAsync(server, "word"));
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder), ("Turnpike:SecretsKey", old))) Assert.Empty((await server.GetJsonAsync("/api/variables/global")).EnumerateObject());
        Assert.False(File.Exists(Path.Combine(folder, "secrets.key")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Of_the_file_are_rotated_by_a_line()
    {
        var folder = TestFolder.New();
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder))) await SetAsync(server, "word", "sesame");
        var path = Path.Combine(folder, "secrets.key");
        var first = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Trim();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        await File.AppendAllTextAsync(path, $"newer {New()}\n", TestContext.Current.CancellationToken);
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder)))
        {
            Assert.Equal("sesame", await ReadAsync(server, "word"));
            await SetAsync(server, "word", "mellon");
        }
        await File.WriteAllTextAsync(path, first + "\n", TestContext.Current.CancellationToken);
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder))) Assert.Empty((await server.GetJsonAsync("/api/variables/global")).EnumerateObject());
        Directory.Delete(folder, recursive: true);
    }

    private static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static async Task SetAsync(RunningServer server, string name, string value)
    {
        using var set = await server.SendAsync(HttpMethod.Patch, "/api/variables/global", JsonSerializer.Serialize(new Dictionary<string, string> { [name] = value }));
        Assert.True(set.IsSuccessStatusCode);
    }

    private static async Task<string?> ReadAsync(RunningServer server, string name) => (await server.GetJsonAsync("/api/variables/global")).GetProperty(name).GetString();
}
