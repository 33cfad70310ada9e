using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Storage;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Rules, tags, projects and variables on the command line: the same in this process and on a server.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(string Alone, string Served)> BothAsync(RunningServer server, string? piped, params string[] args)
    {
        var alone = await CommandLine.RunAsync([.. args, "--data", _folder], piped);
        var served = await CommandLine.RunAsync([.. args, "--server", server.Client.BaseAddress!.ToString()], piped);
        Assert.Equal((alone.Code, alone.Error), (served.Code, served.Error));
        return (alone.Code == 0 ? alone.Out : alone.Error, served.Code == 0 ? served.Out : served.Error);
    }

    private async Task SaysAsync(RunningServer server, string says, params string[] args) => Assert.Equal((says, says), await BothAsync(server, null, args));

    [Fact]
    public async Task Rules_and_tags_are_saved_listed_shown_and_deleted()
    {
        await using var server = new RunningServer();
        await BothAsync(server, null, "rules", "save", "brief", "Be brief.", "--placement", "after", "--tag", "voice");
        await BothAsync(server, "Be kind.", "rules", "save", "kind", "-", "--always-on");
        await SaysAsync(server, "brief\tafter\t\tvoice\tBe brief.\nkind\tsystem\tyes\t\tBe kind.\n", "rules", "list");
        await SaysAsync(server, "kind\tsystem\tyes\t\tBe kind.\n", "rules", "list", "kin");
        await BothAsync(server, null, "rules", "save", "Brief", "Be very brief.");
        await SaysAsync(server, "Be very brief.\n", "rules", "show", "brief");
        await SaysAsync(server, "Brief\tafter\t\tvoice\tBe very brief.\n", "rules", "list", "-n", "1");
        await SaysAsync(server, "manner\n", "tags", "save", "manner", "brief", "kind", "--description", "How");
        await SaysAsync(server, "manner\tBrief, kind\tHow\nvoice\tBrief\t\n", "tags", "list");
        await SaysAsync(server, "", "tags", "delete", "voice");
        await SaysAsync(server, "", "rules", "delete", "kind");
        await SaysAsync(server, "manner\tBrief\tHow\n", "tags", "list");
        await CommandLine.RunAsync(["Hi", "--server", server.Client.BaseAddress!.ToString()]);
        Assert.Equal(["user: Hi"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Projects_are_saved_shown_with_what_counts_and_deleted()
    {
        await using var server = new RunningServer();
        Assert.Equal(("root\n", "root\n"), await BothAsync(server, """{"id":"root","name":"Root","parameters":{"temperature":0.2}}""", "projects", "save", "-"));
        Assert.Equal(("docs\n", "docs\n"), await BothAsync(server, """{"id":"docs","name":"Docs","parent":"root","variables":{"city":"Rome"}}""", "projects", "save", "-"));
        await SaysAsync(server, "docs\troot\tDocs\nroot\t\tRoot\n", "projects", "list");
        Assert.Contains("Its first member must be an \"owner\".", (await CommandLine.RunAsync(["projects", "members", "root", "--set", "ann", "--role", "editor", "--data", _folder])).Error, StringComparison.Ordinal);
        await SaysAsync(server, "ann\towner\troot\n", "projects", "members", "root", "--set", "ann", "--role", "owner");
        await SaysAsync(server, "bob lee\teditor\tdocs\nann\towner\troot\n", "projects", "members", "docs", "--set", "bob lee", "--role", "editor");
        await SaysAsync(server, """{"project":"root","user":"ann","role":"owner"}""" + "\n", "projects", "members", "docs", "--remove", "bob lee", "--json");
        Assert.Contains("would have members and no owner", (await CommandLine.RunAsync(["projects", "members", "root", "--set", "ann", "--role", "viewer", "--data", _folder])).Error, StringComparison.Ordinal);
        await SaysAsync(server, """{"project":"docs","layers":["project:docs","project:root","global"],"parameters":{"temperature":{"value":0.2,"source":"project:root"}},"tools":[],"rules":[],"variables":{"city":{"value":"Rome","source":"project:docs"}}}""" + "\n", "projects", "show", "docs", "--effective");
        Assert.Equal(("docs\n", "docs\n"), await BothAsync(server, """{"id":"docs","name":"Papers","parent":"root"}""", "projects", "save", "-"));
        await SaysAsync(server, """{"id":"docs","name":"Papers","parent":"root","tools":[],"rules":[],"tags":[],"variables":{},"revision":2}""" + "\n", "projects", "show", "docs");
        await SaysAsync(server, "", "projects", "delete", "root");
        await SaysAsync(server, "docs\t\tPapers\n", "projects", "list");
    }

    [Fact]
    public async Task A_prompt_and_a_rule_are_made_inside_a_project()
    {
        await using var server = new RunningServer();
        await BothAsync(server, """{"id":"docs","name":"Docs"}""", "projects", "save", "-");
        await BothAsync(server, "Be brief.", "prompts", "save", "-", "--key", "brief", "--project", "docs");
        await BothAsync(server, null, "rules", "save", "kind", "Be kind.", "--project", "docs");
        await BothAsync(server, null, "rules", "save", "kind", "Be very kind.", "--project", "docs");
        await using var alone = new ServiceCollection().AddTurnpikeSqlite(Path.Combine(_folder, "turnpike.db")).BuildServiceProvider();
        foreach (var members in (IProjectMembers[])[alone.GetRequiredService<IProjectMembers>(), server.Get<IProjectMembers>()])
        {
            var things = await members.ThingsAsync("docs", TestContext.Current.CancellationToken);
            Assert.Equal(["prompt", "rule"], things.Select(thing => thing.Kind));
            Assert.Equal("brief", things[0].Id);
        }
        Assert.Contains("There is no project \"nope\"", (await BothAsync(server, "X", "prompts", "save", "-", "--key", "x", "--project", "nope")).Served, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_of_a_scope_are_set_and_unset()
    {
        await using var server = new RunningServer();
        await SaysAsync(server, "city\tRome\nlanguages\t[\"it\",\"la\"]\n", "variables", "set", "global", "city=Rome", "languages:=[\"it\",\"la\"]");
        await SaysAsync(server, "city\tRome\n", "variables", "set", "global", "--unset", "languages");
        await SaysAsync(server, "city\tRome\n", "variables", "show", "global");
        await SaysAsync(server, "", "variables", "show", "user:ada");
    }

    [Theory]
    [InlineData(null, "rules", "show", "nope")]
    [InlineData(null, "rules", "delete", "nope")]
    [InlineData(null, "rules", "save", "x", "{{#if}}")]
    [InlineData(null, "tags", "delete", "nope")]
    [InlineData(null, "tags", "save", "t", "nope")]
    [InlineData(null, "projects", "show", "nope")]
    [InlineData(null, "projects", "delete", "nope")]
    [InlineData("""{"name":"x","parent":"nope"}""", "projects", "save", "-")]
    [InlineData("""{"id":"x","name":"x","rules":["nope"]}""", "projects", "save", "-")]
    [InlineData("""{"id":"x"}""", "projects", "save", "-")]
    [InlineData("garbage", "projects", "save", "-")]
    [InlineData(null, "variables", "show", "planet")]
    [InlineData(null, "variables", "set", "global", "1 x=y")]
    public async Task What_cannot_be_done_is_the_same_error_in_both(string? piped, params string[] args)
    {
        await using var server = new RunningServer();
        var alone = await CommandLine.RunAsync([.. args, "--data", _folder], piped);
        var served = await CommandLine.RunAsync([.. args, "--server", server.Client.BaseAddress!.ToString()], piped);
        Assert.Equal((alone.Code, alone.Error), (served.Code, served.Error));
        Assert.NotEqual(0, alone.Code);
        Assert.NotEqual("", alone.Error);
    }

    [Theory]
    [InlineData("turnpike ru", "rules,run")]
    [InlineData("turnpike rules ", "delete,list,save,show")]
    [InlineData("turnpike run x --tem", "")]
    [InlineData("turnpike prompts s", "save,show")]
    public async Task Shells_ask_what_fits(string line, string fits)
    {
        var ended = await CommandLine.RunAsync(["completion", "--line", line]);
        Assert.Equal((0, fits), (ended.Code, string.Join(',', ended.Out.TrimEnd('\n').Split('\n').Where(item => item.Length > 0 && !item.StartsWith('-') && !item.StartsWith('/')))));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _turnpike turnpike")]
    [InlineData("zsh", "compdef _turnpike turnpike")]
    [InlineData("fish", "complete -c turnpike")]
    public async Task Shells_get_a_script(string shell, string holds) => Assert.Contains(holds, (await CommandLine.RunAsync(["completion", shell])).Out, StringComparison.Ordinal);

    [Fact]
    public async Task Completion_offers_the_variables_of_a_prompt()
    {
        var ended = await CommandLine.RunAsync(["complete", "@.vars.set la", "--prompt", "translate", "--data", _folder]);
        Assert.StartsWith("language\t@.vars.set language=", ended.Out, StringComparison.Ordinal);
    }
}
