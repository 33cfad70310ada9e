using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Whoever looks after a server at its page: rules, tags, projects, tools, keys, usage.</summary>
[Collection(InChromium.Name)]
public sealed class KeepingHouse(Chromium chromium)
{
    [Fact]
    public async Task A_rule_and_its_tag_are_made_and_reach_the_model()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server, "/rules");
        await visit.SeesAsync("No rules yet");
        await visit.Button("New rule").ClickAsync();
        await FillAsync(visit, "Name", "house-style");
        await FillAsync(visit, "Content", "Write British English.");
        await InDialogAsync(visit, "Save");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "house-style" })).ToBeVisibleAsync();

        await visit.Page.Keyboard.PressAsync("Alt+4");
        await visit.SeesAsync("No tags yet");
        await visit.Button("New tag").ClickAsync();
        await FillAsync(visit, "Name", "writing");
        await visit.Page.GetByRole(AriaRole.Combobox, new() { Name = "Add to Rules" }).FillAsync("house-style");
        await visit.Page.Keyboard.PressAsync("Enter");
        await InDialogAsync(visit, "Save");
        await Expect(visit.Button("writing")).ToContainTextAsync("1 rule");

        await server.TurnAsync(new { content = "@.tags.select writing; Hi" });
        Assert.Contains("Write British English.", server.Model.Last.Messages[0].Text, StringComparison.Ordinal);

        await visit.Page.Keyboard.PressAsync("Alt+3");
        await visit.Button("house-style").ClickAsync();
        await FillAsync(visit, "Content", "Write American English.");
        await InDialogAsync(visit, "Save");
        await Expect(visit.Button("house-style")).ToContainTextAsync("American");
        await Expect(visit.Button("house-style")).ToContainTextAsync("writing");
        Assert.Equal("house-style", Assert.Single((await server.GetJsonAsync("/api/tags/writing")).GetProperty("rules").EnumerateArray()).GetString());
        visit.IsClean();
    }

    [Fact]
    public async Task A_rule_that_somebody_else_saved_is_not_saved_over_unasked()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/rules", new { id = "style", name = "style", content = "One." });
        await using var visit = await chromium.VisitAsync(server, "/rules");
        visit.Expects = fault => fault.Contains("412", StringComparison.Ordinal);
        await visit.Button("style").ClickAsync();
        await server.SendAsync(HttpMethod.Put, "/api/rules/style", """{"content":"Theirs.","placement":"after"}""");
        await FillAsync(visit, "Content", "Mine.");
        await InDialogAsync(visit, "Save");
        await visit.SeesAsync("Somebody saved this rule meanwhile.");
        Assert.Equal("Theirs.", (await server.GetJsonAsync("/api/rules/style")).GetProperty("content").GetString());
        await visit.ShowAsync("rule-overtaken");
        await visit.IsAccessibleAsync();
        await InDialogAsync(visit, "Take theirs");
        await Expect(visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Content" })).ToHaveValueAsync("Theirs.");
        await FillAsync(visit, "Content", "Ours.");
        await InDialogAsync(visit, "Save");
        await Expect(visit.Button("style")).ToContainTextAsync("Ours.");
        Assert.Equal("after", (await server.GetJsonAsync("/api/rules/style")).GetProperty("placement").GetString());
        visit.IsClean();
    }

    [Fact]
    public async Task Variables_of_a_project_keep_their_types_when_one_is_added()
    {
        await using var server = new RunningServer();
        var id = (await server.JsonAsync(await server.PostAsync("/api/projects", new { name = "Travel", variables = new { places = new[] { "Oslo", "Rome" }, days = 3, year = "2026", house = new { style = "british" }, lines = "one\ntwo" } }))).GetProperty("id").GetString();
        await using var visit = await chromium.VisitAsync(server, "/projects/" + id);
        var box = visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Variables" });
        await box.PressAsync("ControlOrMeta+End");
        await box.PressSequentiallyAsync("\ncity = Bergen");
        await visit.Button("Save", exact: true).ClickAsync();
        await visit.SeesAsync("The project is kept.");
        Assert.Equal("""{"places":["Oslo","Rome"],"days":3,"year":"2026","house":{"style":"british"},"lines":"one\ntwo","city":"Bergen"}""", (await server.GetJsonAsync("/api/projects/" + id)).GetProperty("variables").GetRawText());
        visit.IsClean();
    }

    [Fact]
    public async Task A_project_shows_what_it_inherits_and_from_where()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/projects", new { name = "Travel", parameters = new { temperature = 0.4 } });
        await using var visit = await chromium.VisitAsync(server, "/projects");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Travel" }).ClickAsync();
        await visit.Button("New below").ClickAsync();
        await FillAsync(visit, "Name", "Norway");
        await InDialogAsync(visit, "Create");
        var counts = visit.Page.GetByRole(AriaRole.Region, new() { Name = "What counts here" });
        await Expect(counts.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "temperature" })).ToContainTextAsync("inherited from Travel");
        await visit.Page.GetByRole(AriaRole.Spinbutton, new() { Name = "Temperature" }).FillAsync("0.7");
        await visit.Button("Save", exact: true).ClickAsync();
        await Expect(counts.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "temperature" })).ToContainTextAsync("here");
        visit.IsClean();
    }

    [Fact]
    public async Task A_tool_is_tried_and_a_server_that_cannot_be_reached_says_why()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server, "/tools");
        await visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "current_time" }).GetByRole(AriaRole.Button, new() { Name = "Try a call" }).ClickAsync();
        await InDialogAsync(visit, "Call it");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Result");
        await visit.Page.Keyboard.PressAsync("Escape");

        await visit.Button("Connect a server").ClickAsync();
        await FillAsync(visit, "Name", "weather");
        await FillAsync(visit, "URL", "http://127.0.0.1:9/mcp");
        await InDialogAsync(visit, "Connect");
        await visit.Button("Connect weather again").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("weather:");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Servers" })).ToContainTextAsync("failed");
        await visit.Button("Disconnect weather").ClickAsync();
        await InDialogAsync(visit, "Disconnect");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Servers" })).ToHaveCountAsync(0);
        visit.IsClean();
    }

    [Fact]
    public async Task The_first_key_shows_its_secret_once_and_the_page_goes_on_with_it_until_it_is_revoked()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server, "/keys");
        visit.Expects = fault => fault.Contains("401", StringComparison.Ordinal);
        await visit.SeesAsync("No keys yet");
        await visit.Button("New key").ClickAsync();
        await FillAsync(visit, "Name", "me");
        await visit.IsAccessibleAsync();
        await InDialogAsync(visit, "Make the key");
        var secret = await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Secret" }).InputValueAsync();
        Assert.StartsWith("tp_", secret, StringComparison.Ordinal);
        Assert.Equal(401, (int)(await server.SendAsync(HttpMethod.Get, "/api/keys")).StatusCode);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Get, "/api/keys", null, ("Authorization", "Bearer " + secret))).StatusCode);
        await InDialogAsync(visit, "I have it");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Keys" })).ToContainTextAsync("admin");
        Assert.DoesNotContain(secret, await visit.Page.ContentAsync(), StringComparison.Ordinal);

        await visit.Button("Revoke me").ClickAsync();
        await InDialogAsync(visit, "Revoke");
        await visit.SeesAsync("This server asks for a key");
        visit.IsClean();
    }

    [Fact]
    public async Task A_401_in_the_middle_asks_for_a_key_and_loses_nothing()
    {
        await using var server = new RunningServer();
        server.Model.Says("First.").Says("Second.");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("401", StringComparison.Ordinal);
        await visit.SayAsync("One");
        await visit.SeesAsync("First.");
        await visit.TypeAsync("Two");
        var made = await server.JsonAsync(await server.PostAsync("/api/keys", new { name = "later", scopes = new[] { "admin" } })); // from now on whatever the page asks next opens the dialog
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("This server asks for a key");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync(made.GetProperty("key").GetString()!);
        await InDialogAsync(visit, "Use this key");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToHaveTextAsync("Two");
        await visit.Button("Send", exact: true).ClickAsync();
        await visit.SeesAsync("Second.");
        Assert.Equal("Two", server.Model.Last.Messages[^1].Text);
        visit.IsClean();
    }

    [Fact]
    public async Task Usage_is_exported_as_a_table()
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { content = "Hi" });
        await using var visit = await chromium.VisitAsync(server, "/usage");
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Button("CSV").ClickAsync());
        await using var stream = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        var lines = (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
        Assert.StartsWith("model,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("test/model,1,0,", lines[1], StringComparison.Ordinal);
        visit.IsClean();
    }

    private static Task FillAsync(Visit visit, string name, string text) => visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox, new() { Name = name, Exact = true }).FillAsync(text);

    private static Task InDialogAsync(Visit visit, string button) => visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
