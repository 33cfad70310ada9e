using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Who belongs to a project and what is made inside it, at the page.</summary>
[Collection(InChromium.Name)]
public sealed class MembersOfProjects(Chromium chromium)
{
    private static readonly string[] AllButAdmin = [.. Scopes.All.Where(scope => scope != Scopes.Admin)];

    [Fact]
    public async Task An_owner_adds_a_member_gives_another_role_and_takes_it_away()
    {
        await using var server = new RunningServer();
        var (project, keys) = await ProjectAsync(server);
        await using var visit = await VisitAsync(server, keys["ann"], "/projects/" + project);
        var members = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Members", Exact = true });
        await Expect(Row(members, "ann")).ToContainTextAsync("you");
        await members.GetByRole(AriaRole.Textbox, new() { Name = "New member" }).FillAsync("bob lee");
        await ChooseAsync(visit, members.Locator(".member-form").GetByRole(AriaRole.Button, new() { Name = "Role" }), "editor");
        await members.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(Row(members, "bob lee")).ToContainTextAsync("editor");
        Assert.Equal("ann:owner bob lee:editor vic:viewer", await KeptAsync(server, keys["root"], project));
        await visit.IsAccessibleAsync();

        await ChooseAsync(visit, members.GetByRole(AriaRole.Button, new() { Name = "Role of bob lee" }), "runner");
        await visit.SeesAsync("bob lee is runner from now on.");
        Assert.Equal("ann:owner bob lee:runner vic:viewer", await KeptAsync(server, keys["root"], project));
        await visit.Button("Remove bob lee").ClickAsync();
        await Expect(Row(members, "bob lee")).ToHaveCountAsync(0);
        Assert.Equal("ann:owner vic:viewer", await KeptAsync(server, keys["root"], project));

        visit.Expects = fault => fault.Contains("400", StringComparison.Ordinal) || IsFirstVisit(fault);
        await visit.Button("Remove ann").ClickAsync();
        await Expect(members.GetByRole(AriaRole.Alert)).ToContainTextAsync("would have members and no owner");
        await Expect(Row(members, "ann")).ToContainTextAsync("owner");
        visit.IsClean();
    }

    [Fact]
    public async Task What_is_tried_and_talked_of_with_a_prompt_of_a_project_stays_in_it()
    {
        await using var server = new RunningServer();
        var (project, keys) = await ProjectAsync(server);
        using (var made = await server.WithAsync(keys["ann"], HttpMethod.Post, "/api/prompts?project=" + project, """{"key":"inside","messages":[{"role":"system","content":"Be brief."}]}""")) Assert.Equal(201, (int)made.StatusCode);
        server.Model.Says("Tried.").Says("Talked.");
        await using var visit = await VisitAsync(server, keys["ann"], "/prompts/inside");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "What is typed" }).FillAsync("Hush");
        await visit.Button("Run", exact: true).ClickAsync();
        await visit.SeesAsync("Tried.");
        await visit.Button("Talk with it").ClickAsync();
        await visit.SayAsync("Hush too");
        await visit.SeesAsync("Talked.");
        foreach (var path in (string[])["/api/conversations?archived=any", $"/api/conversations?archived=any&project={project}"])
            Assert.Equal(2, (await server.AskAsync(keys["root"], HttpMethod.Get, path)).Body.GetProperty("data").GetArrayLength());
        visit.IsClean();
    }

    [Fact]
    public async Task A_viewer_reads_who_belongs_to_it_and_why_nothing_can_be_changed()
    {
        await using var server = new RunningServer();
        var (project, keys) = await ProjectAsync(server);
        await using var visit = await VisitAsync(server, keys["vic"], "/projects/" + project);
        var members = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Members", Exact = true });
        await Expect(members).ToContainTextAsync("You are viewer here. Owners say who the members are.");
        await Expect(Row(members, "ann")).ToContainTextAsync("owner");
        await Expect(members.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        visit.IsClean();
    }

    [Fact]
    public async Task Somebody_who_is_no_owner_any_more_is_refused_in_the_servers_words()
    {
        await using var server = new RunningServer();
        var (project, keys) = await ProjectAsync(server);
        await using var visit = await VisitAsync(server, keys["ann"], "/projects/" + project);
        var members = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Members", Exact = true });
        await members.GetByRole(AriaRole.Textbox, new() { Name = "New member" }).FillAsync("bob");
        foreach (var (user, role) in ((string, string)[])[("vic", "owner"), ("ann", "runner")]) Assert.Equal(200, (await server.AskAsync(keys["root"], HttpMethod.Put, $"/api/projects/{project}/members/{user}", new { role })).Status);
        visit.Expects = fault => fault.Contains("403", StringComparison.Ordinal) || IsFirstVisit(fault);
        await members.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(members.GetByRole(AriaRole.Alert)).ToContainTextAsync($"The user \"ann\" is runner of the project \"{project}\"; this takes owner.");
        Assert.Equal("ann:runner vic:owner", await KeptAsync(server, keys["root"], project));
        visit.IsClean();
    }

    [Fact]
    public async Task An_open_project_says_so_and_an_administrator_closes_it()
    {
        await using var server = new RunningServer();
        var (_, keys) = await ProjectAsync(server);
        var open = (await server.AskAsync(keys["root"], HttpMethod.Post, "/api/projects", new { name = "Open" })).Body.GetProperty("id").GetString()!;
        await using (var visit = await VisitAsync(server, keys["ann"], "/projects/" + open)) await visit.SeesAsync("Only a key with the scope admin makes the first member.");
        await using var admin = await VisitAsync(server, keys["root"], "/projects/" + open);
        var members = admin.Page.GetByRole(AriaRole.Region, new() { Name = "Members", Exact = true });
        await Expect(members).ToContainTextAsync("everybody in the organization may do everything here");
        await members.GetByRole(AriaRole.Textbox, new() { Name = "New member" }).FillAsync("ann");
        await members.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(Row(members, "ann")).ToContainTextAsync("owner");
        Assert.Equal("ann:owner", await KeptAsync(server, keys["root"], open));
        admin.IsClean();
    }

    [Fact]
    public async Task A_rule_a_prompt_and_a_file_are_made_inside_a_project()
    {
        await using var server = new RunningServer();
        var project = (await server.JsonAsync(await server.PostAsync("/api/projects", new { name = "Docs" }))).GetProperty("id").GetString()!;
        await using var visit = await chromium.VisitAsync(server, "/rules");
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await visit.Button("New rule").ClickAsync();
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true }).FillAsync("brief");
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Content" }).FillAsync("Be brief.");
        await ChooseAsync(visit, dialog.GetByRole(AriaRole.Button, new() { Name = "Project" }), "Docs");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);

        await visit.Page.GotoAsync("/prompts?new=");
        await visit.Page.Locator(".prompt-text .cm-content").First.ClickAsync();
        await visit.Page.Keyboard.InsertTextAsync("Be kind.");
        await visit.Button("Save", exact: true).ClickAsync();
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync("kind");
        await ChooseAsync(visit, dialog.GetByRole(AriaRole.Button, new() { Name = "Project" }), "Docs");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await visit.SeesAsync("v1");

        await visit.Page.GotoAsync("/files");
        await ChooseAsync(visit, visit.Button("Project of what is uploaded"), "Docs");
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "plan.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("A plan.") });
        await visit.SeesAsync("plan.txt");
        Assert.Equal(["file", "prompt", "rule"], (await server.Get<IProjectMembers>().ThingsAsync(project, TestContext.Current.CancellationToken)).Select(thing => thing.Kind));
        visit.IsClean();
    }

    /// <summary>A project that ann owns and vic sees, and keys of both and of an administrator.</summary>
    private static async Task<(string Project, Dictionary<string, string> Keys)> ProjectAsync(RunningServer server)
    {
        var keys = new Dictionary<string, string> { ["root"] = (await server.KeyAsync("root", Scopes.Admin)).Secret };
        foreach (var user in (string[])["ann", "vic"]) keys[user] = (await server.KeyAsync(new NewKey { Name = user, Scopes = AllButAdmin, User = user })).Secret;
        var project = (await server.AskAsync(keys["root"], HttpMethod.Post, "/api/projects", new { name = "Docs" })).Body.GetProperty("id").GetString()!;
        foreach (var (user, role) in ((string, string)[])[("ann", "owner"), ("vic", "viewer")]) Assert.Equal(200, (await server.AskAsync(keys["root"], HttpMethod.Put, $"/api/projects/{project}/members/{user}", new { role })).Status);
        return (project, keys);
    }

    private async Task<Visit> VisitAsync(RunningServer server, string key, string path)
    {
        var visit = await chromium.VisitAsync(server);
        visit.Expects = IsFirstVisit;
        await visit.Page.EvaluateAsync("key => sessionStorage.setItem('turnpike.key', key)", key);
        await visit.Page.GotoAsync(path);
        return visit;
    }

    /// <summary>The page is there before its key is.</summary>
    private static bool IsFirstVisit(string fault) => fault.Contains("401", StringComparison.Ordinal);

    private static ILocator Row(ILocator members, string user) => members.GetByRole(AriaRole.Row).Filter(new() { HasText = user });

    private static async Task ChooseAsync(Visit visit, ILocator select, string option)
    {
        await select.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = option }).ClickAsync();
    }

    private static async Task<string> KeptAsync(RunningServer server, string key, string project) => string.Join(' ', (await server.AskAsync(key, HttpMethod.Get, $"/api/projects/{project}/members")).Body.GetProperty("data").EnumerateArray().Select(Told).Order(StringComparer.Ordinal));

    private static string Told(JsonElement member) => $"{member.GetProperty("user").GetString()}:{member.GetProperty("role").GetString()}";
}
