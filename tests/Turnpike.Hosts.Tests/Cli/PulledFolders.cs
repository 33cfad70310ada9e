using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A folder that was pulled says what is kept, however it was made, and an edit changes nothing but what it says.</summary>
public sealed class PulledFolders : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-pulled-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<CommandLine.Ended> RunAsync(RunningServer server, string verb, params string[] more) => CommandLine.RunAsync(["prompts", verb, _folder, .. more, "--server", server.Client.BaseAddress!.ToString()]);

    private static async Task<RunningServer> WithAsync(params string[] prompts)
    {
        var server = new RunningServer();
        foreach (var prompt in prompts)
        {
            using var made = await server.CurlAsync("/api/prompts", prompt);
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Cancellation));
        }
        return server;
    }

    private async Task EditAsync(string key, string from, string to)
    {
        var file = Path.Combine(_folder, key + ".prompt");
        var text = await File.ReadAllTextAsync(file, Cancellation);
        Assert.Contains(from, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(from, to, StringComparison.Ordinal), Cancellation);
    }

    [Fact]
    public async Task There_is_nothing_to_push_whichever_door_a_prompt_came_through()
    {
        await using var server = await WithAsync(
            """{"key":"shape","messages":[{"role":"user","content":"City?"}],"output":{"schema":{"type":"object","properties":{"city":{"type":"string"}}}}}""",
            """{"key":"asks","messages":[{"role":"user","content":"Go"}],"approval":{"calculate":"ask"},"tools":["calculate"]}""",
            """{"key":"empty","messages":[{"role":"user","content":"Go"}],"metadata":{},"parameters":{},"output":{}}""",
            """{"key":"number","messages":[{"role":"user","content":"{{n}}"}],"variables":[{"name":"n","type":"number","default":2.0}]}""",
            """{"key":"secret","messages":[{"role":"user","content":"{{s}}"}],"variables":[{"name":"s","type":"string","secret":true,"default":"dflt"}]}""",
            """{"key":"line","messages":[{"role":"user","content":"Write it down:\n"}]}""",
            """{"key":"_house","messages":[{"role":"user","content":"Be kind.\n"}]}""",
            """{"key":"includes","messages":[{"role":"system","content":"{{> house}}"},{"role":"user","content":" Go "}]}""",
            """{"key":"picture","messages":[{"role":"user","content":[{"type":"text","text":"Look: "},{"type":"media","url":"https://example.com/a.png","mediaType":"image/png"}]}]}""");
        using (var imported = await server.CurlAsync("/api/prompts/import", """{"name":"theirs","type":"text","prompt":"Hi {{who}}","config":{"team":"x"}}""")) Assert.True(imported.IsSuccessStatusCode);
        var file = Path.Combine(_folder, "filed.prompt");
        await File.WriteAllTextAsync(file, "---\ndescription: D # why\n---\nBody\n", Cancellation);
        await CommandLine.RunAsync(["prompts", "save", file, "--server", server.Client.BaseAddress!.ToString()]);

        Assert.Equal(0, (await RunAsync(server, "pull")).Code);
        Assert.DoesNotContain("dflt", await File.ReadAllTextAsync(Path.Combine(_folder, "secret.prompt"), Cancellation), StringComparison.Ordinal);
        var pushed = await RunAsync(server, "push");
        Assert.Equal((0, ""), (pushed.Code, pushed.Error));
        Assert.Equal(11, pushed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.All(pushed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.EndsWith("\tunchanged\t1", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_edit_leaves_the_white_space_at_the_end_of_the_text()
    {
        await using var server = await WithAsync("""{"key":"line","description":"Old","messages":[{"role":"user","content":"Write it down:\n"}]}""");
        await RunAsync(server, "pull");
        await EditAsync("line", "description: Old", "description: New");
        Assert.Equal("line\tsaved\t2\n", (await RunAsync(server, "push")).Out);
        Assert.Equal("Write it down:\n", (await server.GetJsonAsync("/api/prompts/line")).GetProperty("messages")[0].GetProperty("content").GetString());
        await server.TurnAsync(new { prompt = "line" });
        Assert.Equal("Write it down:\n", server.Model.Last.Messages[^1].Text);
        Assert.Equal("line\tunchanged\t2\n", (await RunAsync(server, "pull")).Out);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edit_leaves_the_default_of_a_secret_and_where_a_prompt_came_from(bool isPushed)
    {
        await using var server = await WithAsync("""{"key":"secret","description":"Old","importedFrom":"langfuse:s","messages":[{"role":"user","content":"{{s}}"}],"variables":[{"name":"s","type":"string","secret":true,"default":"dflt"}]}""");
        await RunAsync(server, "pull");
        await EditAsync("secret", "description: Old", "description: New");
        var pushed = isPushed ? await RunAsync(server, "push") : await CommandLine.RunAsync(["prompts", "save", Path.Combine(_folder, "secret.prompt"), "--server", server.Client.BaseAddress!.ToString()]);
        Assert.Equal((0, "warning: secret: a file carries no secrets; the kept default of s stays.\n"), (pushed.Code, pushed.Error));
        var kept = await server.GetJsonAsync("/api/prompts/secret");
        Assert.Equal((2, "New", "langfuse:s", "dflt"), (kept.GetProperty("version").GetInt32(), kept.GetProperty("description").GetString(), kept.GetProperty("importedFrom").GetString(), kept.GetProperty("variables")[0].GetProperty("default").GetString()));
    }

    [Fact]
    public async Task A_changed_partial_and_a_changed_file_beside_a_prompt_are_pushed()
    {
        await using var server = await WithAsync();
        foreach (var (name, text) in ((string, string)[])[("_house.prompt", "Be kind."), ("greet.prompt", "Hello. {{> house}}"), ("reads.prompt", "---\nturnpike:\n  resources:\n    - kind: text\n      file: notes.txt\n---\nHi\n"), ("notes.txt", "One")])
            await File.WriteAllTextAsync(Path.Combine(_folder, name), text, Cancellation);
        Assert.Equal("_house\tsaved\t1\ngreet\tsaved\t1\nreads\tsaved\t1\n", (await RunAsync(server, "push")).Out);
        await File.WriteAllTextAsync(Path.Combine(_folder, "_house.prompt"), "Be odd.", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.txt"), "Two", Cancellation);
        Assert.Equal("_house\tsaved\t2\ngreet\tsaved\t2\nreads\tsaved\t2\n", (await RunAsync(server, "push")).Out);
    }

    [Fact]
    public async Task What_no_file_may_say_is_refused_when_it_is_saved()
    {
        await using var server = await WithAsync();
        var refused = await server.RefusedAsync(server.CurlAsync("/api/prompts", """{"key":"env","messages":[{"role":"user","content":"${env:HOME}"}],"metadata":{"note":"${env:HOME}"}}"""));
        Assert.Equal((400, "request_invalid", "metadata.note"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }
}
