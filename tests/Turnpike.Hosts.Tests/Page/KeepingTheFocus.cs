using System.Net.Http.Json;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Who works with the keyboard alone stays where they were, also when the button that they pressed goes away.</summary>
[Collection(InChromium.Name)]
public sealed class KeepingTheFocus(Chromium chromium)
{
    [Fact]
    public async Task A_way_to_another_branch_stays_at_hand_and_is_the_way_back_where_it_ends()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.").Says("Two.").Says("Three.");
        var turn = await server.TurnAsync(new { content = "First" });
        foreach (var _ in (int[])[1, 2]) Assert.Equal(200, (int)(await server.PostAsync($"/api/turns/{turn.GetProperty("id").GetString()}/regenerate", new { })).StatusCode);
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + turn.GetProperty("conversation").GetString());
        await PressAsync(visit, "The branch before");
        await visit.SeesAsync("2 / 3");
        await visit.SeesAsync("Two.");
        await Expect(visit.Button("The branch before")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("1 / 3");
        await Expect(visit.Button("The next branch")).ToBeFocusedAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task What_is_removed_from_a_prompt_hands_the_focus_to_its_neighbour()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "greeter", messages = new[] { new { role = "system", content = "Greet." }, new { role = "user", content = "{{input}}" } }, variables = new object[] { new { name = "one", type = "string" }, new { name = "two", type = "string" } } });
        var tests = new { cases = ((string[])["first", "second"]).Select(name => new { name, expect = new[] { new { contains = "hi" } } }) };
        using (await server.Client.PutAsJsonAsync("/api/prompts/greeter/tests", tests, TestContext.Current.CancellationToken)) { }
        await using var visit = await chromium.VisitAsync(server, "/prompts/greeter");
        var remarks = visit.Page.GetByRole(AriaRole.List, new() { Name = "Remarks on this prompt" }).GetByRole(AriaRole.Button, new() { Name = "Remove it" });
        await Expect(remarks).ToHaveCountAsync(2);
        await remarks.First.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(remarks).ToHaveCountAsync(1);
        await Expect(remarks).ToBeFocusedAsync();

        await PressAsync(visit, "Remove message 2");
        await Expect(visit.Button("Remove message 1")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Button("system", exact: true)).ToBeFocusedAsync();

        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Tests" }).ClickAsync();
        await PressAsync(visit, "Remove second");
        await Expect(visit.Button("Remove first")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Button("Case", exact: true)).ToBeFocusedAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task Another_page_gives_its_heading_the_focus_and_one_that_stays_keeps_it()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "greeter", messages = new[] { new { role = "system", content = "Greet." } } });
        var project = (await server.JsonAsync(await server.PostAsync("/api/projects", new { name = "Docs" }))).GetProperty("id").GetString();
        await using var visit = await chromium.VisitAsync(server, "/rules");
        var heading = visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        foreach (var place in (string[])["Prompts", "Projects", "Usage"])
        {
            await FollowAsync(visit, place);
            await Expect(heading).ToHaveTextAsync(place);
            await Expect(heading).ToBeFocusedAsync();
        }
        await FollowAsync(visit, "Projects");
        await FollowAsync(visit, "Docs");
        await visit.SeesAsync("What counts here");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Docs" })).ToBeFocusedAsync();
        await visit.Page.GotoAsync("/prompts");
        await FollowAsync(visit, "greeter");
        await visit.SeesAsync("What is typed");
        await Expect(heading).ToBeFocusedAsync();
        await FollowAsync(visit, "Conversations");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeFocusedAsync();
        Assert.NotNull(project);
        visit.IsClean();
    }

    [Fact]
    public async Task What_is_deleted_or_brought_back_hands_the_focus_to_the_next_row()
    {
        await using var server = new RunningServer();
        foreach (var key in (string[])["a", "b"])
        {
            await server.PostAsync("/api/prompts", new { key, messages = new[] { new { role = "system", content = "Greet." } }, variables = new object[] { new { name = "one", type = "string" }, new { name = "two", type = "string" } } });
            using var archived = await server.SendAsync(HttpMethod.Delete, "/api/prompts/" + key);
            using var form = new MultipartFormDataContent { { new StringContent(key), "file", key + ".txt" } };
            using (await server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken)) { }
        }
        await using var visit = await chromium.VisitAsync(server, "/prompts");
        await visit.Button("Archived").ClickAsync();
        await PressAsync(visit, "Bring back a");
        await Expect(visit.Button("Bring back a")).ToHaveCountAsync(0);
        await Expect(visit.Button("Bring back b")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Button("Bring back b")).ToHaveCountAsync(0);
        await SomewhereAsync(visit);

        await visit.Page.GotoAsync("/prompts/a");
        await PressAsync(visit, "Remove one");
        await Expect(visit.Button("Remove two")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Button("Remove two")).ToHaveCountAsync(0);
        await SomewhereAsync(visit);

        await visit.Page.GotoAsync("/files");
        await PressAsync(visit, "Delete b.txt");
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).PressAsync("Enter");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(visit.Button("Delete a.txt")).ToBeFocusedAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task Who_approves_tries_again_or_asks_for_another_answer_stays_in_the_conversation()
    {
        await using var server = new RunningServer(services => services.AddTurnpike().AddTool((string city) => $"Rain in {city}.", "forecast", "Tells the weather."), ("Turnpike:ToolCalls:Approval:forecast", "ask"));
        server.Model.Calls("forecast", new() { ["city"] = "Oslo" }).Says("Take an umbrella.").Says("Take two.").Fails(new TurnException(TurnErrorCode.ProviderRefused, "No.")).Says("Take three.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("@.tools.activate forecast; Do I need an umbrella?");
        await PressAsync(visit, "Approve");
        await visit.SeesAsync("Take an umbrella.");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        await SomewhereAsync(visit);
        Assert.Contains("forecast", await visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent"), StringComparison.Ordinal);

        await PressAsync(visit, "Answer again");
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Answer again" }).PressAsync("Enter");
        await visit.SeesAsync("Take two.");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeFocusedAsync();

        await visit.SayAsync("And now?");
        await Expect(visit.Button("Try again")).ToBeVisibleAsync();
        await PressAsync(visit, "Try again");
        await visit.SeesAsync("Take three.");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeFocusedAsync();

        await PressAsync(visit, "More");
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).PressAsync("Enter");
        await visit.SeesAsync("No conversations yet.");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeFocusedAsync();
        visit.IsClean();
    }

    /// <summary>The focus is on something of the page.</summary>
    private static async Task SomewhereAsync(Visit visit) => await visit.Page.WaitForFunctionAsync("() => document.activeElement !== document.body && document.activeElement.closest('main') !== null");

    private static async Task FollowAsync(Visit visit, string name)
    {
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = name }).First.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
    }

    private static async Task PressAsync(Visit visit, string name)
    {
        await visit.Button(name).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
    }
}
