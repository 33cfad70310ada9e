using System.Net.Http.Json;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
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

    private static async Task PressAsync(Visit visit, string name)
    {
        await visit.Button(name).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
    }
}
