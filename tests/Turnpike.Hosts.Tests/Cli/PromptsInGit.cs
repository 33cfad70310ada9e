using System.Diagnostics;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Prompts live in git: what is edited on the server is what <c>git diff</c> shows after a pull.</summary>
public sealed class PromptsInGit : IDisposable
{
    private const string Trip = """
        # Kept by the travel team
        ---
        description:   Plans a trip   # short
        model: test/model

        config: { temperature: 0.2 }   # cautious
        input:
          schema:
            city: string, where to
            days?(enum, how long): ["1", "3"]
          default: { days: "3" }
        acme.owner: ada
        turnpike.title: Trip
        turnpike.resources: [ { kind: text, title: House rules, file: rules.md } ]
        ---

        {{role "system"}}
        {{> house}} You plan trips to {{city}}.
        {{#if days}}For {{days}} days.{{/if}}

        {{history}}
        {{role "user"}}
        {{input}}

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-git-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Clone => Path.Combine(_folder, "clone");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_clone_is_pushed_one_prompt_is_edited_and_a_pull_shows_exactly_that_edit()
    {
        await using var server = await PushedCloneAsync();
        await EditAsync(server, "travel%2Ftrip", prompt => prompt["parameters"]!["temperature"] = 0.7);
        Assert.Equal("_house\tunchanged\t1\nplain\tunchanged\t1\ntravel/trip\twritten\t2\nwindows\tunchanged\t1\n", await TurnpikeAsync(server, "pull"));
        Assert.Equal(["-config: { temperature: 0.2 }   # cautious", "+config:", "+  temperature: 0.7"], await ChangedLinesAsync("travel/trip.prompt"));

        await GitAsync(Clone, "commit", "-qam", "warmer");
        Assert.Equal("_house\tunchanged\t1\nplain\tunchanged\t1\ntravel/trip\tunchanged\t2\nwindows\tunchanged\t1\n", await TurnpikeAsync(server, "push"));
        await TurnpikeAsync(server, "pull");
        Assert.Equal("", await GitAsync(Clone, "status", "--porcelain"));
    }

    [Fact]
    public async Task An_edit_of_the_text_shows_as_the_lines_of_that_text()
    {
        await using var server = await PushedCloneAsync();
        await EditAsync(server, "travel%2Ftrip", prompt => prompt["messages"]![0]!["content"] = ((string)prompt["messages"]![0]!["content"]!).Replace("You plan trips to", "You love", StringComparison.Ordinal));
        await TurnpikeAsync(server, "pull");
        Assert.Equal(["-{{> house}} You plan trips to {{city}}.", "+{{> house}} You love {{city}}."], await ChangedLinesAsync("travel/trip.prompt"));
    }

    [Fact]
    public async Task A_new_title_is_one_line_and_a_new_prompt_one_file()
    {
        await using var server = await PushedCloneAsync();
        await EditAsync(server, "travel%2Ftrip", prompt => prompt["title"] = "Journey");
        await TurnpikeAsync(server, "pull");
        Assert.Equal(["-turnpike.title: Trip", "+turnpike.title: Journey"], await ChangedLinesAsync("travel/trip.prompt"));
        await server.CurlAsync("/api/prompts", """{"key":"neu/größe.v2","messages":[{"role":"user","content":"Groß?"}]}""");
        await TurnpikeAsync(server, "pull");
        Assert.Equal(" M travel/trip.prompt\n?? neu/größe.v2.prompt\n", await GitAsync(Clone, "-c", "core.quotePath=false", "status", "--porcelain", "-uall"));
    }

    /// <summary>A repository of prompts, its clone, and a server to which the clone was pushed; pulled at once, nothing differs.</summary>
    private async Task<RunningServer> PushedCloneAsync()
    {
        var origin = Path.Combine(_folder, "origin");
        Directory.CreateDirectory(Path.Combine(origin, "travel"));
        await GitAsync(origin, "init", "-q", "-b", "main");
        foreach (var (name, text) in new[] { ("travel/trip.prompt", Trip), ("travel/rules.md", "Be kind.\n"), ("_house.prompt", "Be brief."), ("plain.prompt", "Hello {{name}}\n\n"), ("windows.prompt", "---\r\ndescription: other line ends\r\n---\r\nOne\r\nTwo\r\n") })
            await File.WriteAllTextAsync(Path.Combine(origin, name), text, Cancellation);
        await GitAsync(origin, "add", "-A");
        await GitAsync(origin, "commit", "-qm", "prompts");
        await GitAsync(_folder, "clone", "-q", origin, Clone);

        var server = new RunningServer();
        Assert.Equal("_house\tsaved\t1\nplain\tsaved\t1\ntravel/trip\tsaved\t1\nwindows\tsaved\t1\n", await TurnpikeAsync(server, "push"));
        await TurnpikeAsync(server, "pull");
        Assert.Equal("", await GitAsync(Clone, "status", "--porcelain"));
        return server;
    }

    private static async Task EditAsync(RunningServer server, string key, Action<JsonObject> edit)
    {
        var prompt = JsonNode.Parse((await server.GetJsonAsync("/api/prompts/" + key)).GetRawText())!.AsObject();
        edit(prompt);
        using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/" + key, prompt.ToJsonString());
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Cancellation));
    }

    private async Task<string> TurnpikeAsync(RunningServer server, string verb)
    {
        var ended = await CommandLine.RunAsync(["prompts", verb, Clone, "--server", server.Client.BaseAddress!.ToString()]);
        Assert.Equal((0, ""), (ended.Code, ended.Error));
        return ended.Out;
    }

    /// <summary>The lines taken out and put in, as <c>git diff</c> shows them; no other file may differ.</summary>
    private async Task<string[]> ChangedLinesAsync(string file)
    {
        Assert.Equal(file + "\n", await GitAsync(Clone, "diff", "--name-only"));
        return [.. (await GitAsync(Clone, "diff", "-U0")).Split('\n').Where(line => line is ['+' or '-', ..] && !line.StartsWith("+++", StringComparison.Ordinal) && !line.StartsWith("---", StringComparison.Ordinal))];
    }

    private static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = Path.Combine(folder, "none");
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var git = Process.Start(start)!;
        var told = await git.StandardOutput.ReadToEndAsync(Cancellation);
        await git.WaitForExitAsync(Cancellation);
        Assert.Equal(0, git.ExitCode);
        return told;
    }
}
