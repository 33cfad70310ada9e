using System.Net.Http.Json;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What those get who read the page with their ears, enlarge it, or work with shortcuts.</summary>
[Collection(InChromium.Name)]
public sealed class ForEverybody(Chromium chromium)
{
    [Fact]
    public async Task The_secret_of_a_key_stays_until_somebody_says_that_they_have_it()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server, "/keys");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Rules" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Keys" }).ClickAsync();
        await visit.Button("New key").First.ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("first");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Copy it now");
        await visit.Page.Keyboard.PressAsync("Alt+3");
        await visit.Page.Keyboard.PressAsync("Alt+n");
        await visit.Page.GoBackAsync();
        await Expect(dialog).ToContainTextAsync("Copy it now");
        await Expect(dialog.GetByRole(AriaRole.Textbox, new() { Name = "Secret" })).Not.ToHaveValueAsync("");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "I have it" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_error_that_a_dialog_causes_can_be_heard_and_put_away()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/rules", new { name = "Polite", content = "Be polite." });
        await using var visit = await chromium.VisitAsync(server, "/rules");
        visit.Expects = fault => fault.Contains("412", StringComparison.Ordinal) || fault.Contains("409", StringComparison.Ordinal);
        await visit.Button("New rule").First.ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("Polite");
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Content" }).FillAsync("Be kind.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var toast = visit.Page.Locator(".toast");
        await Expect(toast).ToContainTextAsync("Polite");
        Assert.Equal(0, await visit.Page.Locator("[inert] .toast, [aria-hidden='true'] .toast").CountAsync());
        await toast.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(toast).ToHaveCountAsync(0);
        await Expect(dialog).ToBeVisibleAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task How_a_turn_stands_is_said()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "asker", model = "builtin/echo", tools = new[] { "calculate" }, approval = new Dictionary<string, string> { ["*"] = "ask" }, messages = new[] { new { role = "user", content = "{{input}}" } } });
        await using var visit = await chromium.VisitAsync(server, "/conversations?prompt=asker");
        var said = visit.Page.Locator(".only-said");
        await visit.SayAsync("call calculate {\"expression\":\"2+2\"}");
        await Expect(said).ToHaveTextAsync("calculate asks for approval.");
        await visit.Button("Approve").ClickAsync();
        await Expect(said).ToHaveTextAsync("The answer is complete.");
        visit.IsClean();
    }

    [Fact]
    public async Task A_conversation_can_be_read_where_the_page_is_enlarged_four_times()
    {
        await using var server = new RunningServer();
        server.Model.Says("One answer that is long enough to be read.");
        var turn = await server.TurnAsync(new { content = "First" });
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + turn.GetProperty("conversation").GetString(), new() { Width = 320, Height = 256 });
        await visit.SeesAsync("One answer that is long");
        Assert.True(await visit.Page.Locator(".turns").EvaluateAsync<double>("turns => turns.clientHeight") >= 100);
        await visit.Page.GetByText("One answer that is long").ScrollIntoViewIfNeededAsync();
        await visit.Box.ScrollIntoViewIfNeededAsync();
        await Expect(visit.Box).ToBeInViewportAsync();
        await visit.ShowAsync("enlarged");
        visit.IsClean();
    }

    [Fact]
    public async Task A_kept_secret_is_no_value_that_is_edited()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "sec", messages = new[] { new { role = "user", content = "Use {{pin}}. {{input}}" } }, variables = new object[] { new { name = "pin", type = "string", secret = true } } });
        using var made = await server.PostAsync("/api/conversations", new { prompt = "sec", variables = new { pin = "hunter2" } });
        var id = (await made.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString();
        server.Model.Says("Done.");
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + id);
        await visit.Button("More").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Variables" }).ClickAsync();
        var pin = visit.Page.GetByRole(AriaRole.Dialog).Locator("input[type=password]");
        await Expect(pin).ToHaveValueAsync("");
        await Expect(pin).ToHaveAttributeAsync("placeholder", "Kept; type to replace it");
        await pin.FillAsync("new1");
        await visit.Button("Keep these values").ClickAsync();
        await visit.SeesAsync("The values are kept.");
        await server.TurnAsync(new { conversation = id, content = "go" });
        Assert.Contains("Use new1.", server.Model.Last.Messages[^1].Text, StringComparison.Ordinal);
        visit.IsClean();
    }

    [Fact]
    public async Task What_is_written_in_Arabic_runs_from_right_to_left_where_it_is_written_and_where_it_is_listed()
    {
        const string Words = "مرحبا بالعالم";
        await using var server = new RunningServer();
        server.Model.Says(Words);
        await server.PostAsync("/api/rules", new { name = Words, content = Words });
        await server.PostAsync("/api/prompts", new { key = "greeter", title = Words, description = Words, messages = new[] { new { role = "system", content = Words } } });
        await server.PostAsync("/api/projects", new { name = Words });
        var conversation = (await server.TurnAsync(new { content = Words })).GetProperty("conversation").GetString();
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + conversation);
        foreach (var place in (string[])[".list-title", ".bubble", ".answer p", ".conversation-title input"]) await Expect(visit.Page.Locator(place).First).ToHaveCSSAsync("direction", "rtl");
        await visit.TypeAsync(Words);
        await Expect(visit.Page.Locator(".trigger-editor .cm-line")).ToHaveCSSAsync("direction", "rtl");
        foreach (var (path, place) in new[] { ("prompts", ".prompt-name b"), ("prompts", ".prompt-says"), ("projects", ".tree a"), ("rules", ".card-head b"), ("rules", ".card-says") })
        {
            await visit.Page.GotoAsync("/" + path);
            await Expect(visit.Page.Locator(place).Filter(new() { HasText = Words })).ToHaveCSSAsync("direction", "rtl");
        }
        await visit.Page.Locator(".card-button").ClickAsync();
        foreach (var field in (string[])["Name", "Content"]) await Expect(visit.Page.GetByRole(AriaRole.Textbox, new() { Name = field })).ToHaveCSSAsync("direction", "rtl");
        await visit.ShowAsync("right-to-left");
        visit.IsClean();
    }
}
