using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>What was put away is found, and comes back.</summary>
public sealed class ArchivingPrompts : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Archived_prompts_are_listed_apart_and_restored_with_their_versions(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", _folder];
        Task<CommandLine.Ended> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, .. where]);
        async Task<string[]> KeysAsync(params string[] more) => [.. (await RunAsync(["prompts", "list", .. more])).Out.Split('\n').Select(line => line.Split('\t')[0]).Where(key => key is "mail" or "note")];
        foreach (var key in (string[])["mail", "note"])
        {
            var file = Path.Combine(_folder, key + ".prompt");
            foreach (var text in (string[])["Hi", "Hello"])
            {
                await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
                Assert.Equal(0, (await RunAsync("prompts", "save", file, "--key", key)).Code);
            }
        }

        Assert.Equal(0, (await RunAsync("prompts", "archive", "mail")).Code);
        Assert.Equal(["note"], await KeysAsync());
        Assert.Equal(["mail"], await KeysAsync("--archived"));
        Assert.Equal(3, (await RunAsync("prompts", "restore", "nope")).Code);
        Assert.Equal(0, (await RunAsync("prompts", "restore", "mail")).Code);
        Assert.Equal(0, (await RunAsync("prompts", "restore", "mail")).Code); // it is back already
        Assert.Equal(["mail", "note"], (await KeysAsync()).Order());
        Assert.Empty(await KeysAsync("--archived"));
        Assert.Contains("Hi", (await RunAsync("prompts", "show", "mail@1")).Out, StringComparison.Ordinal);
    }
}
