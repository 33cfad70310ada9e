using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A folder and what others save do not write over each other without a word.</summary>
public sealed class TwoWhoPush : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-two-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "q.prompt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<CommandLine.Ended> RunAsync(RunningServer server, string verb, params string[] more) => CommandLine.RunAsync(["prompts", verb, _folder, .. more, "--server", server.Client.BaseAddress!.ToString()]);

    private Task WriteAsync(string text, string name = "q.prompt") => System.IO.File.WriteAllTextAsync(Path.Combine(_folder, name), text, Cancellation);

    /// <summary>A server with a prompt that was pushed from the folder, and then saved by somebody else.</summary>
    private async Task<RunningServer> SavedElsewhereAsync()
    {
        var server = new RunningServer();
        await WriteAsync("# mine\n---\nmodel: test/model\n---\nOne.\n");
        Assert.Equal("q\tsaved\t1\n", (await RunAsync(server, "push")).Out);
        var prompt = JsonNode.Parse((await server.GetJsonAsync("/api/prompts/q")).GetRawText())!.AsObject();
        prompt.Remove("file");
        prompt["messages"]![0]!["content"] = "Two.";
        using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/q", prompt.ToJsonString());
        Assert.True(saved.IsSuccessStatusCode);
        return server;
    }

    private static async Task<string> SentAsync(RunningServer server)
    {
        await server.TurnAsync(new { prompt = "q" });
        return server.Model.Last.Transcript[^1];
    }

    [Fact]
    public async Task A_push_of_an_older_version_is_refused_until_it_is_forced()
    {
        await using var server = await SavedElsewhereAsync();
        await WriteAsync("Other.", "r.prompt");
        var stale = await RunAsync(server, "push");
        Assert.Equal((2, "q\tfailed\t2\nr\tsaved\t1\n"), (stale.Code, stale.Out));
        Assert.Contains("q: The file says what version 1 says, and 2 is newer. Pull first, or push with --force", stale.Error, StringComparison.Ordinal);
        Assert.Equal("user: Two.", await SentAsync(server));

        Assert.Equal("q\tsaved\t3\nr\tunchanged\t1\n", (await RunAsync(server, "push", "--force")).Out);
        Assert.Equal("user: One.", await SentAsync(server));
    }

    [Fact]
    public async Task A_pull_brings_what_others_saved_and_a_push_then_says_nothing_new()
    {
        await using var server = await SavedElsewhereAsync();
        await WriteAsync((await System.IO.File.ReadAllTextAsync(File, Cancellation)).Replace("\n", "\r\n", StringComparison.Ordinal)); // as a clone may have it
        Assert.Equal((0, "q\twritten\t2\n"), await RunAsync(server, "pull") is var pulled ? (pulled.Code, pulled.Out) : default);
        Assert.Contains("Two.", await System.IO.File.ReadAllTextAsync(File, Cancellation), StringComparison.Ordinal);
        Assert.Equal("q\tunchanged\t2\n", (await RunAsync(server, "push")).Out);
    }

    [Fact]
    public async Task A_pull_leaves_a_file_that_was_edited_and_never_pushed_until_it_is_forced()
    {
        await using var server = await SavedElsewhereAsync();
        await WriteAsync("Mine.");
        var refused = await RunAsync(server, "pull");
        Assert.Equal((2, "q\tfailed\t2\n"), (refused.Code, refused.Out));
        Assert.Contains("no kept version says what it says. Push it first, or pull with --force", refused.Error, StringComparison.Ordinal);
        Assert.Equal("Mine.", await System.IO.File.ReadAllTextAsync(File, Cancellation));
        Assert.Equal((0, "q\twritten\t2\n"), await RunAsync(server, "pull", "--force") is var forced ? (forced.Code, forced.Out) : default);
        Assert.Contains("Two.", await System.IO.File.ReadAllTextAsync(File, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watched_folder_takes_an_undone_edit_and_carries_an_edited_partial_to_those_that_include_it()
    {
        await using var server = new RunningServer();
        await WriteAsync("One.");
        await WriteAsync("Be kind.", "_house.prompt");
        await WriteAsync("---\nmodel: test/model\n---\n{{> house}} Go.", "go.prompt");
        using var interrupt = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var waits = ((string[])["q\tsaved\t1", "q\tsaved\t2", "q\tsaved\t3", "go\tsaved\t2"]).ToDictionary(line => line, _ => new TaskCompletionSource());
        await using var output = new WatchedWriter(text => { foreach (var (line, seen) in waits) if (text.Contains(line, StringComparison.Ordinal)) seen.TrySetResult(); });
        var watching = CommandLine.RunAsync(["prompts", "watch", _folder, "--server", server.Client.BaseAddress!.ToString()], interrupt: interrupt, output: output);
        async Task SeenAsync(string line) => await waits[line].Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        await SeenAsync("q\tsaved\t1");
        await WriteAsync("Two.");
        await SeenAsync("q\tsaved\t2");
        await WriteAsync("One.");
        await SeenAsync("q\tsaved\t3");
        await WriteAsync("Be odd.", "_house.prompt");
        await SeenAsync("go\tsaved\t2");
        await interrupt.CancelAsync();
        await watching;
        await server.TurnAsync(new { prompt = "go" });
        Assert.Equal(["user: Be odd. Go."], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_link_to_a_folder_above_is_not_followed_and_one_to_another_folder_is()
    {
        var shared = Directory.CreateTempSubdirectory("turnpike-shared-").FullName;
        await System.IO.File.WriteAllTextAsync(Path.Combine(shared, "s.prompt"), "Shared.", Cancellation);
        await WriteAsync("One.");
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "sub", "loop"), _folder);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "shared"), shared);
        Directory.CreateSymbolicLink(Path.Combine(shared, "back"), _folder);
        await using var server = new RunningServer();
        Assert.Equal("q\tsaved\t1\nshared/s\tsaved\t1\n", (await RunAsync(server, "push")).Out);
        Directory.Delete(shared, recursive: true);
    }

    [Fact]
    public async Task Tests_without_their_prompt_file_are_told_of()
    {
        await WriteAsync("One.");
        await WriteAsync("""{"cases":[]}""", "gone.tests.json");
        await using var server = new RunningServer();
        const string Told = "gone.tests.json is left out: there is no gone.prompt beside it.";
        var pushed = await RunAsync(server, "push");
        Assert.Equal((0, "q\tsaved\t1\ngone\tskipped\t\n", $"warning: gone: {Told}\n"), (pushed.Code, pushed.Out, pushed.Error));
        var linted = await RunAsync(server, "lint");
        Assert.Equal((0, $"gone\twarning\tprompt_not_found\ttests\t{Told}\n"), (linted.Code, linted.Out));
    }
}
