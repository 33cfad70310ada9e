using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A race on the command line ends when the last model has answered, and shows them all.</summary>
public sealed class RacingModels : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_answer_stands_under_the_name_of_its_model(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", Path.Combine(_folder, "data")];
        const string Text = "@.race.models builtin/echo:1b, builtin/echo:2b, builtin/echo:3b; Which?";
        var ended = await CommandLine.RunAsync([Text, .. where]);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        var parts = ended.Out.Split("## builtin/echo:");
        Assert.Equal(["", "1b", "2b", "3b"], parts.Select(part => part.Split('\n')[0]));
        Assert.All(parts.Skip(1), part => Assert.Contains("> Which?", part, StringComparison.Ordinal));

        var events = Lines(await CommandLine.RunAsync([Text, "--json", .. where]));
        Assert.Equal(3, events.Count(one => one.GetProperty("type").GetString() == "turn.completed"));
        Assert.Equal(3, events.Select(one => one.GetProperty("turn").GetString()).Distinct().Count());
        var turns = Lines(await CommandLine.RunAsync([Text, "--json", "--no-stream", .. where]));
        Assert.Equal(["builtin/echo:1b completed", "builtin/echo:2b completed", "builtin/echo:3b completed"], turns.Select(turn => $"{turn.GetProperty("model").GetString()} {turn.GetProperty("status").GetString()}"));
    }

    private static JsonElement[] Lines(CommandLine.Ended ended) => [.. ended.Out.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
}
