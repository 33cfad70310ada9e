using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Prompts;
using Turnpike.Storage;
using Turnpike.Turns.Access;
using Turnpike.Turns.Auditing;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Changes that no request makes are on record as well: those of a host's own code, of imports, and of commands that work on the data folder.</summary>
public sealed class AuditOfHosts
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_change_through_the_stores_is_told_once()
    {
        await using var stores = StoreSet.Sqlite();
        var (prompts, settings) = (stores.Prompts, stores.Settings);
        await prompts.SaveAsync(Prompt("One."), null, Cancellation);
        await prompts.SaveAsync(Prompt("Two."), null, Cancellation);
        await prompts.SaveAsync(Prompt("Two."), null, Cancellation); // says nothing new
        await prompts.SaveAllAsync([Prompt("Three."), Prompt("Else.") with { Key = "team/else" }], Cancellation);
        await prompts.LabelAsync("greet", "production", 1, Cancellation);
        await prompts.LabelAsync("greet", "nothing", null, Cancellation);
        await prompts.ProtectAsync("greet", "production", true, Cancellation);
        await prompts.ArchiveAsync("greet", true, Cancellation);
        var rule = await settings.SaveRuleAsync(new() { Name = "r", Content = "secret words" }, Cancellation);
        await settings.SaveTagAsync(new() { Name = "t", Rules = ["r"] }, Cancellation);
        var project = await settings.SaveProjectAsync(new() { Id = "p", Name = "P" }, Cancellation);
        await settings.SetVariablesAsync("global", new Dictionary<string, System.Text.Json.JsonElement>(), Cancellation); // changes nothing
        await settings.SetVariablesAsync("global", new Dictionary<string, System.Text.Json.JsonElement> { ["city"] = System.Text.Json.JsonElement.Parse("\"Rome\"") }, Cancellation);
        await stores.Get<IProjectMembers>().SetAsync(new("p", "ann", ProjectRole.Owner), Cancellation);
        await stores.Get<IProjectMembers>().PutAsync(new(ProjectThings.Rule, rule.Id), "p", Cancellation);
        await settings.DeleteRuleAsync(rule.Id, Cancellation);
        await settings.DeleteRuleAsync(rule.Id, Cancellation);
        await settings.DeleteTagAsync("t", Cancellation);
        await settings.DeleteProjectAsync(project.Id, Cancellation);
        await stores.ToolServers.SaveAsync(new() { Name = "s", Url = "https://example.org" }, Cancellation);
        await stores.ToolServers.DeleteAsync("s", Cancellation);
        var desk = stores.Get<KeyDesk>();
        var key = await desk.CreateAsync(new() { Name = "k" }, Cancellation);
        await desk.RotateAsync(key.Key.Id, TimeSpan.Zero, Cancellation);
        await desk.RevokeAsync(key.Key.Id, Cancellation);
        await desk.RevokeAsync(key.Key.Id, Cancellation);

        var lines = await stores.Get<IAuditLog>().ReadAsync(0, 100, Cancellation);
        Assert.Equal(
        [
            "createPrompt /api/prompts/greet", "savePrompt /api/prompts/greet", "savePrompt /api/prompts/greet", "createPrompt /api/prompts/team%2Felse", "labelPrompt /api/prompts/greet/labels/production", "unlabelPrompt /api/prompts/greet/labels/nothing",
            "protectLabel /api/prompts/greet/labels/production", "archivePrompt /api/prompts/greet", $"createRule /api/rules/{rule.Id}", "saveTag /api/tags/t", "saveProject /api/projects/p", "setScope /api/variables/global",
            "saveMember /api/projects/p/members/ann", $"putThing /api/projects/p/things/rule/{rule.Id}", $"deleteRule /api/rules/{rule.Id}", "deleteTag /api/tags/t", "deleteProject /api/projects/p",
            "saveToolServer /api/tools/servers/s", "deleteToolServer /api/tools/servers/s", $"createKey /api/keys/{key.Key.Id}", $"rotateKey /api/keys/{key.Key.Id}", $"revokeKey /api/keys/{key.Key.Id}",
        ], lines.Select(line => $"{line.Action} {line.Target}"));
        Assert.All(lines, line => Assert.Equal(("host", 200, ""), (line.Who, line.Status, line.Request)));
    }

    [Fact]
    public async Task A_host_says_on_whose_account_it_works_and_a_key_in_the_flow_is_named()
    {
        await using var stores = StoreSet.Sqlite();
        using (AuditScope.Enter("nightly import")) await stores.Prompts.SaveAsync(Prompt("One."), null, Cancellation);
        var key = new AccessKey { Id = "key_1", Name = "shop", Prefix = "tp_x", User = "ann", CreatedAt = default, Scopes = [Scopes.PromptsWrite] };
        using (KeyScope.Enter(key)) await stores.Prompts.SaveAsync(Prompt("Two."), null, Cancellation);
        using (AuditScope.Told()) await stores.Prompts.SaveAsync(Prompt("Three."), null, Cancellation);
        Assert.Equal([("nightly import", null, null), ("shop", "key_1", "ann")], (await stores.Get<IAuditLog>().ReadAsync(0, 100, Cancellation)).Select(line => (line.Who, line.Key, line.User)));
    }

    [Fact]
    public async Task An_import_of_conversations_tells_of_the_settings_that_come_with_them()
    {
        await using var stores = StoreSet.Sqlite();
        await stores.Turns.ImportAsync(new() { Rules = [new() { Id = "rule_1", Name = "r", Content = "C" }], Tags = [new() { Name = "t", Rules = ["r"] }], Projects = [new() { Id = "p", Name = "P" }] }, Cancellation);
        Assert.Equal(["createRule", "saveTag", "createProject"], (await stores.Get<IAuditLog>().ReadAsync(0, 100, Cancellation)).Select(line => line.Action));
    }

    [Fact]
    public async Task A_request_is_told_once_with_its_own_words()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "greet", messages = new[] { new { role = "system", content = "Hi." } } });
        using (await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/draft", """{"messages":[{"role":"system","content":"Ho."}]}""")) { }
        using (await server.SendAsync(HttpMethod.Post, "/api/prompts/greet/draft/publish", "{}")) { }
        IReadOnlyList<AuditEntry> lines = [];
        while (lines.Count < 3) lines = await server.Get<IAuditLog>().ReadAsync(0, 100, Cancellation); // a request is told of once it was answered
        Assert.Equal([("createPrompt", 201), ("savePromptDraft", 200), ("publishPromptDraft", 200)], lines.Select(line => (line.Action, line.Status)));
        Assert.All(lines, line => Assert.StartsWith("req_", line.Request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_on_the_data_folder_is_told_with_the_name_of_who_typed_it()
    {
        var folder = TestFolder.New();
        Assert.Equal(0, (await CommandLine.RunAsync(["keys", "create", "--name", "admin", "--scope", "admin", "--data", folder])).Code);
        Assert.Equal(0, (await CommandLine.RunAsync(["variables", "set", "global", "city=Oslo", "--data", folder])).Code);
        var shown = await CommandLine.RunAsync(["audit", "--data", folder]);
        Assert.Contains($"command line ({Environment.UserName})\tcreateKey", shown.Out, StringComparison.Ordinal);
        Assert.Contains("setScope\t/api/variables/global", shown.Out, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_takes_nothing_back()
    {
        var folder = TestFolder.New();
        await using (var services = new ServiceCollection().AddTurnpikeSqlite(Path.Combine(folder, "turnpike.db")).AddSingleton<IAuditLog, FullLog>().BuildServiceProvider())
        {
            await services.GetRequiredService<IPromptStore>().SaveAsync(Prompt("One."), null, Cancellation);
            Assert.NotNull(await services.GetRequiredService<IPromptStore>().FindAsync("greet", null, Cancellation));
        }
        Directory.Delete(folder, recursive: true);
    }

    private static Prompt Prompt(string text) => new() { Key = "greet", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = text }] }] };

    private sealed class FullLog : IAuditLog
    {
        public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => throw new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.StorageUnavailable, "full");

        public Task<IReadOnlyList<AuditEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AuditEntry>>([]);
    }
}
