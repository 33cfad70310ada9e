using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Prompts live in a folder of files: pushed, pulled, watched, checked.</summary>
public sealed class PromptFolders : IDisposable
{
    private const string Greet = "# Ours\n---\nmodel:   test/model # the best\ninput: { schema: { name: string } }\nmine: kept\n---\nHello {{name}}.\n\n{{> house}}\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-prompts-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task WriteAsync(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Cancellation);
    }

    private Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(_folder, name), Cancellation);

    private Task<CommandLine.Ended> RunAsync(RunningServer server, string verb, params string[] more) => CommandLine.RunAsync(["prompts", verb, _folder, "--server", server.Client.BaseAddress!.ToString(), .. more]);

    private async Task<RunningServer> PushedAsync()
    {
        await WriteAsync("people/greet.prompt", Greet);
        await WriteAsync("_house.prompt", "Be kind.");
        await WriteAsync("windows.prompt", "---\r\ndescription: lines end otherwise\r\n---\r\nOne\r\nTwo\r\n");
        await WriteAsync(".git/other.prompt", "---\nnot: [yaml");
        var server = new RunningServer();
        var pushed = await RunAsync(server, "push");
        Assert.Equal((0, ""), (pushed.Code, pushed.Error));
        Assert.Equal("_house\tsaved\t1\npeople/greet\tsaved\t1\nwindows\tsaved\t1\n", pushed.Out);
        return server;
    }

    [Fact]
    public async Task A_file_whose_list_is_not_closed_is_told_with_its_line_and_the_others_go_on()
    {
        await WriteAsync("bad.prompt", "---\ntools: [calculate\nmodel: x\n---\nHi");
        await WriteAsync("good.prompt", "Hi");
        await using var server = new RunningServer();
        foreach (var verb in (string[])["lint", "push"])
        {
            var ended = await RunAsync(server, verb);
            Assert.Equal(2, ended.Code);
            Assert.Contains("Line 2, column 8 of the file: this is no YAML", ended.Out + ended.Error, StringComparison.Ordinal);
        }
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Get, "/api/prompts/good")).StatusCode);
        Assert.Equal((400, "request_invalid"), await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/prompts/import?format=dotprompt", "---\ntools: [calculate\nmodel: x\n---\nHi")) is var refused ? (refused.Status, refused.Code) : default);
    }

    [Fact]
    public async Task What_was_pushed_comes_back_byte_for_byte_and_nothing_is_touched()
    {
        await using var server = await PushedAsync();
        Assert.Equal("_house\tunchanged\t1\npeople/greet\tunchanged\t1\nwindows\tunchanged\t1\n", (await RunAsync(server, "push")).Out);
        var before = Directory.GetFiles(_folder, "*.prompt", SearchOption.AllDirectories).ToDictionary(file => file, file => (Convert.ToBase64String(File.ReadAllBytes(file)), File.GetLastWriteTimeUtc(file)), StringComparer.Ordinal);
        Assert.Equal("_house\tunchanged\t1\npeople/greet\tunchanged\t1\nwindows\tunchanged\t1\n", (await RunAsync(server, "pull")).Out);
        Assert.All(before, file => Assert.Equal(file.Value, (Convert.ToBase64String(File.ReadAllBytes(file.Key)), File.GetLastWriteTimeUtc(file.Key))));
        foreach (var file in before.Keys) File.Delete(file);
        Assert.Equal(0, (await RunAsync(server, "pull")).Code);
        foreach (var (file, (bytes, _)) in before.Where(file => !file.Key.Contains(".git", StringComparison.Ordinal))) Assert.Equal(bytes, Convert.ToBase64String(await File.ReadAllBytesAsync(file, Cancellation)));
    }

    [Fact]
    public async Task New_ones_are_made_inside_the_project_that_is_named()
    {
        await using var server = new RunningServer();
        using var made = await server.PostAsync("/api/projects", new { name = "Docs" });
        var project = (await server.JsonAsync(made)).GetProperty("id").GetString()!;
        await WriteAsync("greet.prompt", "Hello.");
        Assert.Equal("greet\tsaved\t1\n", (await RunAsync(server, "push", "--project", project)).Out);
        var file = Path.Combine(_folder, "bye.prompt");
        await WriteAsync("bye.prompt", "Bye.");
        Assert.Equal(0, (await CommandLine.RunAsync(["prompts", "import", file, "--project", project, "--server", server.Client.BaseAddress!.ToString()])).Code);
        Assert.Equal(["bye", "greet"], (await server.GetJsonAsync($"/api/projects/{project}/things")).GetProperty("data").EnumerateArray().Select(thing => thing.GetProperty("id").GetString()).Order());
        var both = await RunAsync(server, "push", "--project", project, "--prune");
        Assert.Equal(2, both.Code);
        Assert.Contains("Leave one of them out.", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_out_of_the_folder_brings_nothing_along()
    {
        var outside = Path.Combine(Directory.CreateTempSubdirectory("turnpike-outside-").FullName, "secret.txt");
        await File.WriteAllTextAsync(outside, "hunter2", Cancellation);
        await WriteAsync("thief.prompt", "---\nturnpike:\n  resources:\n    - kind: text\n      file: notes.txt\n---\nHi");
        File.CreateSymbolicLink(Path.Combine(_folder, "notes.txt"), outside);
        await using var server = new RunningServer();
        var pushed = await RunAsync(server, "push");
        Assert.NotEqual(0, pushed.Code);
        Assert.Contains("There is no file \"notes.txt\" beside the prompt file.", pushed.Out + pushed.Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder, "notes.txt"));
        await WriteAsync("notes.txt", "Ours");
        Assert.Equal(0, (await RunAsync(server, "push")).Code);
        Assert.Contains("Ours", (await server.GetJsonAsync("/api/prompts/thief")).GetRawText(), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(outside)!, recursive: true);
    }

    [Fact]
    public async Task An_edit_on_the_server_is_the_only_difference_after_a_pull()
    {
        await using var server = await PushedAsync();
        var kept = await server.GetJsonAsync("/api/prompts/people%2Fgreet");
        var edited = System.Text.Json.Nodes.JsonNode.Parse(kept.GetRawText())!.AsObject();
        foreach (var gone in (string[])["file", "id", "version", "hash", "createdAt", "labels"]) edited.Remove(gone);
        edited["description"] = "Greets people";
        using (var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/people%2Fgreet", edited.ToJsonString())) Assert.Equal(200, (int)saved.StatusCode);

        Assert.Equal("_house\tunchanged\t1\npeople/greet\twritten\t2\nwindows\tunchanged\t1\n", (await RunAsync(server, "pull")).Out);
        var now = (await ReadAsync("people/greet.prompt")).Split('\n');
        Assert.Equal(["description: Greets people"], now.Except(Greet.Split('\n')));
        Assert.Empty(Greet.Split('\n').Except(now));
    }

    [Fact]
    public async Task A_prune_archives_what_has_no_file_and_deletes_what_has_no_prompt()
    {
        await using var server = await PushedAsync();
        File.Delete(Path.Combine(_folder, "windows.prompt"));
        Assert.Contains("windows\tarchived", (await RunAsync(server, "push", "--prune")).Out, StringComparison.Ordinal);
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/windows"))).Status);
        await server.SendAsync(HttpMethod.Delete, "/api/prompts/people%2Fgreet");
        Assert.Contains("people/greet\tdeleted", (await RunAsync(server, "pull", "--prune")).Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "people", "greet.prompt")));
    }

    [Fact]
    public async Task A_file_that_is_wrong_does_not_stop_the_others()
    {
        await WriteAsync("bad.prompt", "---\nmodel: [\n---\nx");
        await WriteAsync("good.prompt", "Good.");
        await using var server = new RunningServer();
        var ended = await RunAsync(server, "push");
        Assert.Equal((2, "bad\tfailed\t\ngood\tsaved\t1\n"), (ended.Code, ended.Out));
        Assert.Contains("bad: ", ended.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandLine.RunAsync(["prompts", "push", _folder + "/none", "--server", server.Client.BaseAddress!.ToString()])).Code);
    }

    [Fact]
    public async Task Watch_saves_a_file_again_whenever_it_changes()
    {
        await using var server = await PushedAsync();
        using var interrupt = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var (started, saved) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var output = new WatchedWriter(text =>
        {
            if (text.Contains("windows\tunchanged", StringComparison.Ordinal)) started.TrySetResult();
            if (text.Contains("windows\tsaved\t2", StringComparison.Ordinal)) saved.TrySetResult();
        });
        var watching = CommandLine.RunAsync(["prompts", "watch", _folder, "--server", server.Client.BaseAddress!.ToString()], interrupt: interrupt, output: output);
        await started.Task.WaitAsync(Cancellation);
        await WriteAsync("windows.prompt", "Three.\n");
        await saved.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await interrupt.CancelAsync();
        await watching;
        Assert.Equal(2, (await server.GetJsonAsync("/api/prompts/windows")).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Lint_tells_what_is_wrong_with_each_file_and_ends_with_2()
    {
        await WriteAsync("a.prompt", "---\ninput: { schema: { name: string } }\n---\n{{nme}}");
        await WriteAsync("b.prompt", "---\nmodel: [\n---\nx");
        await using var server = new RunningServer();
        var ended = await RunAsync(server, "lint");
        Assert.Equal(2, ended.Code);
        Assert.Contains("a\terror\tvariable_undefined\t", ended.Out, StringComparison.Ordinal);
        Assert.Contains("Write \"name\".", ended.Out, StringComparison.Ordinal);
        Assert.Contains("\nb\terror\t", ended.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.RunAsync(["prompts", "lint", "translate", "--server", server.Client.BaseAddress!.ToString()])).Code);
    }

    [Fact]
    public async Task Tests_travel_in_a_file_beside_their_prompt_and_come_back_as_they_were_written()
    {
        const string Tests = "{ \"labels\": [\"production\"],\n  \"cases\": [ { \"name\": \"kind\", \"variables\": { \"name\": \"Ada\" }, \"expect\": [ { \"sends\": \"Hello Ada.\" } ] } ] }\n";
        await using var server = await PushedAsync();
        await WriteAsync("people/greet.tests.json", Tests);
        Assert.Equal("_house\tunchanged\t1\npeople/greet\tsaved\t1\nwindows\tunchanged\t1\n", (await RunAsync(server, "push")).Out);
        var kept = await server.GetJsonAsync("/api/prompts/people%2Fgreet/tests");
        Assert.Equal((1, "kind"), (kept.GetProperty("revision").GetInt32(), kept.GetProperty("cases")[0].GetProperty("name").GetString()));
        Assert.Contains("people/greet\tunchanged", (await RunAsync(server, "push")).Out, StringComparison.Ordinal);
        Assert.Contains("people/greet\tunchanged", (await RunAsync(server, "pull")).Out, StringComparison.Ordinal);
        Assert.Equal(Tests, await ReadAsync("people/greet.tests.json"));

        File.Delete(Path.Combine(_folder, "people", "greet.tests.json"));
        Assert.Contains("people/greet\tunchanged", (await RunAsync(server, "push")).Out, StringComparison.Ordinal); // no file says nothing of tests
        Assert.Contains("people/greet\twritten\t1", (await RunAsync(server, "pull")).Out, StringComparison.Ordinal);
        Assert.Equal("""
            {
              "labels": [
                "production"
              ],
              "cases": [
                {
                  "name": "kind",
                  "variables": {
                    "name": "Ada"
                  },
                  "expect": [
                    {
                      "sends": "Hello Ada."
                    }
                  ]
                }
              ]
            }

            """.ReplaceLineEndings("\n"), await ReadAsync("people/greet.tests.json"));

        using (var gone = await server.SendAsync(HttpMethod.Delete, "/api/prompts/people%2Fgreet/tests")) Assert.True(gone.IsSuccessStatusCode);
        await RunAsync(server, "pull");
        Assert.True(File.Exists(Path.Combine(_folder, "people", "greet.tests.json")));
        Assert.Contains("people/greet\twritten", (await RunAsync(server, "pull", "--prune", "--force")).Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "people", "greet.tests.json")));
    }

    [Theory]
    [InlineData("{\n  \"cases\": [\n    { \"name\": \"a\", \"expect\": [{ \"sends\": \"x\" }] },\n    { \"name\": \"b\", \"expect\": [\n      { \"matches\": \"(\" } ] } ] }", 5, "cannot be used as a pattern")]
    [InlineData("{\n  \"cases\": [\n    { \"nmae\": \"a\" } ] }", 3, "there is no field \"nmae\" here. Did you mean \"name\"?")]
    [InlineData("{\n  \"labels\": [\"production\"] }", 1, "There is no case")]
    public async Task Tests_that_are_wrong_are_told_with_their_line_and_nothing_is_saved(string tests, int line, string why)
    {
        await WriteAsync("greet.prompt", "Hello.");
        await WriteAsync("greet.tests.json", tests);
        await using var server = new RunningServer();
        foreach (var verb in (string[])["lint", "push"])
        {
            var ended = await RunAsync(server, verb);
            Assert.Equal(2, ended.Code);
            Assert.Contains($"greet.tests.json, line {line}: ", ended.Out + ended.Error, StringComparison.Ordinal);
            Assert.Contains(why, ended.Out + ended.Error, StringComparison.Ordinal);
        }
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/greet"))).Status);
    }

    [Fact]
    public async Task A_Prompty_file_without_a_name_has_that_of_its_file()
    {
        await WriteAsync("No Name.prompty", "---\ndescription: x\n---\nsystem:\nname: you\n");
        await WriteAsync("named.prompty", "---\nname: Other\n---\nsystem:\nHi\n");
        await using var server = new RunningServer();
        foreach (var (file, key) in ((string, string)[])[("No Name.prompty", "no-name"), ("named.prompty", "other")])
            Assert.Contains($"\t{key}\t1\t", (await CommandLine.RunAsync(["prompts", "import", Path.Combine(_folder, file), "--server", server.Client.BaseAddress!.ToString()])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_tells_what_became_of_each_prompt()
    {
        await WriteAsync("langfuse.json", """{"name":"a b","type":"text","prompt":"Hi {{who}}","config":{"team":"x"}}""");
        await using var server = new RunningServer();
        string[] args = ["prompts", "import", Path.Combine(_folder, "langfuse.json"), "--server", server.Client.BaseAddress!.ToString()];
        Assert.Equal("a b v\tchanged\ta-b\t\tname a b: became the key a-b; Langfuse's clients go on asking for a b; config.team: kept as metadata; variable who: declared, since it is used\n", (await CommandLine.RunAsync([.. args, "--dry-run"])).Out);
        Assert.Equal(0, (await CommandLine.RunAsync(args)).Code);
        var again = await CommandLine.RunAsync(args);
        Assert.Equal(0, again.Code);
        Assert.StartsWith("a b v\tskipped\ta-b\t1\tit is here already, as a-b@1", again.Out, StringComparison.Ordinal);
    }
}
