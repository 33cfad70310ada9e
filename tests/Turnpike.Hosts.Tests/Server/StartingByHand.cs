using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Providers.Http;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The server as a person starts and ends it: by its command line and by signals.</summary>
public sealed class StartingByHand
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        var (folder, data) = (TestFolder.New(), TestFolder.New());
        try
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Turnpike.Server.dll"), $"--Turnpike:Data={data}", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
            using var process = Process.Start(start)!;
            var (said, error) = (process.StandardOutput.ReadToEndAsync(None), process.StandardError.ReadToEndAsync(None));
            await process.WaitForExitAsync(None).WaitAsync(TimeSpan.FromSeconds(60), None);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
            return (process.ExitCode, await said, await error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task It_tells_what_it_takes()
    {
        var (code, said, error) = await RunAsync("--urls=http://127.0.0.1:0", "--help");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("--Turnpike:Data=FOLDER", said, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", (await RunAsync("--version")).Out);
    }

    [Theory]
    [InlineData("\"serve\" is nothing that the server takes: it takes settings, as in --urls=http://127.0.0.1:5080. --help tells more.", "--urls=http://127.0.0.1:0", "serve")]
    [InlineData("--urls lacks its value: --urls=VALUE.", "--urls")]
    [InlineData("--Turnpike:ModelCalls:Restart lacks its value: --Turnpike:ModelCalls:Restart=VALUE.", "--Turnpike:ModelCalls:Restart", "--urls=http://127.0.0.1:0")]
    [InlineData("An https address needs a certificate: set Kestrel__Certificates__Default__Path and Kestrel__Certificates__Default__Password, or listen at http and let a proxy do the rest.", "--urls=https://127.0.0.1:0")]
    public async Task It_says_in_a_line_what_it_does_not_take(string says, params string[] arguments)
    {
        var (code, said, error) = await RunAsync(arguments);
        Assert.Equal(1, code);
        Assert.Equal(says, error.Trim());
        Assert.DoesNotContain("Unhandled", said + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_terminal_stops_it_in_good_order_and_its_folder_is_its_owners_alone()
    {
        await using var servers = new ServerProcesses();
        var (server, http) = await servers.StartAsync();
        using (http)
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(servers.Folder, "data")));
            using var answer = await http.PostAsJsonAsync("/api/turns", new { content = "Hello" }, None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        using var hangup = Process.Start("kill", ["-HUP", server.Id.ToString(CultureInfo.InvariantCulture)])!;
        await server.WaitForExitAsync(None).WaitAsync(TimeSpan.FromSeconds(60), None);
        Assert.Equal(0, server.ExitCode);
    }

    [Fact]
    public void A_provider_s_pause_is_read_the_same_everywhere()
    {
        var (before, abroad) = (CultureInfo.CurrentCulture, (CultureInfo)CultureInfo.InvariantCulture.Clone());
        (abroad.NumberFormat.NumberDecimalSeparator, abroad.NumberFormat.NumberGroupSeparator) = (",", ".");
        try
        {
            CultureInfo.CurrentCulture = abroad;
            using var answer = new HttpResponseMessage();
            answer.Headers.TryAddWithoutValidation("retry-after-ms", "700.5");
            Assert.Equal(TimeSpan.FromMilliseconds(700.5), ProviderFaults.RetryAfter(answer.Headers, TimeProvider.System));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
