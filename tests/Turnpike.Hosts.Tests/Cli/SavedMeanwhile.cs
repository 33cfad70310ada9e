using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A save that names the revision it was made upon takes nothing away that somebody else saved since.</summary>
public sealed class SavedMeanwhile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rules_and_tags_are_saved_over_the_revision_that_is_named(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", _folder];
        Task<CommandLine.Ended> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, .. where]);
        async Task RefusedAsync(string says, params string[] args) => Assert.Equal((2, $"error: {says}\n"), await RunAsync(args) is var ended ? (ended.Code, ended.Error) : default);

        await RefusedAsync("There is no rule \"brief\" by now, and --revision is 1. Leave it out to make one.", "rules", "save", "brief", "Be brief.", "--revision", "1");
        Assert.Equal(0, (await RunAsync("rules", "save", "brief", "Be brief.", "--revision", "0")).Code);
        Assert.Equal(0, (await RunAsync("rules", "save", "brief", "Be very brief.", "--revision", "1")).Code);
        await RefusedAsync("Rule \"brief\" is at revision 2 by now, not at 1. Look at what changed first, or leave --revision out to save over it.", "rules", "save", "brief", "Be odd.", "--revision", "1");
        await RefusedAsync("There is a rule \"brief\" already, at revision 2, and --revision is 0. Look at it first, or leave --revision out to save over it.", "rules", "save", "brief", "Be odd.", "--revision", "0");
        Assert.Equal("Be very brief.\n", (await RunAsync("rules", "show", "brief")).Out);
        var id = (await RunAsync("rules", "save", "brief", "Be odd.")).Out;
        Assert.Equal((0, id), await RunAsync("rules", "save", id.TrimEnd('\n'), "Be even.") is var named ? (named.Code, named.Out) : default);
        Assert.Equal("brief\tsystem\t\t\tBe even.\n", (await RunAsync("rules", "list")).Out); // an id is no new name

        Assert.Equal(0, (await RunAsync("tags", "save", "voice", "brief", "--description", "How", "--revision", "0")).Code);
        Assert.Equal(0, (await RunAsync("tags", "save", "voice", "--revision", "1")).Code);
        await RefusedAsync("Tag \"voice\" is at revision 2 by now, not at 1. Look at what changed first, or leave --revision out to save over it.", "tags", "save", "voice", "brief", "--revision", "1");
        Assert.Equal("voice\t\tHow\n", (await RunAsync("tags", "list")).Out); // what it is for stays
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_project_that_says_its_revision_is_saved_over_that_one(bool isServed)
    {
        await using var server = new RunningServer();
        string[] where = isServed ? ["--server", server.Client.BaseAddress!.ToString()] : ["--data", _folder];
        Task<CommandLine.Ended> SaveAsync(string json, params string[] more) => CommandLine.RunAsync(["projects", "save", "-", .. more, .. where], json);
        Assert.Equal(0, (await SaveAsync("""{"id":"docs","name":"Docs"}""")).Code);
        var shown = (await CommandLine.RunAsync(["projects", "show", "docs", .. where])).Out;
        Assert.Equal(0, (await SaveAsync(shown)).Code);
        var stale = await SaveAsync(shown.Replace("Docs", "Old", StringComparison.Ordinal));
        Assert.Equal(2, stale.Code);
        Assert.Equal("error: Project \"docs\" is at revision 2 by now, not at 1. Look at what changed first.\n  It is shown by: turnpike projects show docs. To save over it all the same, give --force, or leave \"revision\" out of the file.\n", stale.Error);
        Assert.Equal(0, (await SaveAsync(shown, "--force")).Code);
        Assert.Equal(0, (await SaveAsync("""{"id":"docs","name":"Docs"}""")).Code);
    }

    [Fact]
    public async Task A_save_between_the_reading_and_the_writing_of_a_command_is_not_lost()
    {
        await using var server = await FakeServer.StartAsync(
            FakeServer.Json("""{"id":"rule_1","name":"brief","content":"Be brief.","placement":"system","tags":[],"revision":4}"""),
            FakeServer.Json("""{"code":"version_conflict","detail":"Rule \"rule_1\" is at revision 5 by now, not at 4. Look at what changed first."}""", 412),
            FakeServer.Json("""{"name":"voice","rules":["brief"],"revision":7}"""),
            FakeServer.Json("""{"name":"voice","rules":[],"revision":8}"""));
        var ended = await CommandLine.RunAsync(["rules", "save", "brief", "Be kind.", "--server", server.Address]);
        Assert.Equal((2, "error: Rule \"rule_1\" is at revision 5 by now, not at 4. Look at what changed first.\n"), (ended.Code, ended.Error));
        Assert.Equal(0, (await CommandLine.RunAsync(["tags", "save", "voice", "--server", server.Address])).Code);
        Assert.Equal([null, "\"4\"", null, "\"7\""], server.Requests.Select(asked => asked.Headers.GetValueOrDefault("If-Match")));
    }
}
