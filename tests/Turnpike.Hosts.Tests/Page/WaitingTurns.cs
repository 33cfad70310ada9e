using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What stands in the queue of a conversation, or left it unasked, as the page shows it.</summary>
[Collection(InChromium.Name)]
public sealed class WaitingTurns(Chromium chromium)
{
    [Fact]
    public async Task A_turn_that_waits_is_shown_and_can_be_taken_back()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await Queueing.BusyAsync(server);
        await server.SubmitAsync(Queueing.Body(conversation, "second"));
        var third = await server.SubmitAsync(Queueing.Body(conversation, "third"));
        server.Model.Says("answer to second");
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + conversation);
        var waiting = visit.Page.GetByRole(AriaRole.List, new() { Name = "Not asked yet" }).GetByRole(AriaRole.Listitem);
        await Expect(waiting).ToContainTextAsync(["second", "third"]);
        await Expect(waiting.First).ToContainTextAsync("waits for the turn before it");
        await waiting.Last.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(waiting).ToHaveCountAsync(1);
        Assert.Equal("cancelled", (await server.GetJsonAsync($"/api/turns/{third}")).GetProperty("status").GetString());
        await visit.IsAccessibleAsync();
        go.SetResult();
        await visit.SeesAsync("answer to second");
        await Expect(waiting).ToHaveCountAsync(0);
        visit.IsClean();
    }

    [Fact]
    public async Task What_a_stop_left_unasked_is_asked_now_or_let_go()
    {
        var folder = TestFolder.New();
        string conversation;
        await using (var stops = new RunningServer(null, ("TURNPIKE_DATA", folder), ("Turnpike:Runner:Drain", "00:00:00")))
        {
            (conversation, _) = await Queueing.BusyAsync(stops);
            foreach (var content in (string[])["second", "third"]) await stops.SubmitAsync(Queueing.Body(conversation, content));
        }
        await using (var server = new RunningServer(null, ("TURNPIKE_DATA", folder)))
        {
            server.Model.Says("answer to second");
            await using var visit = await chromium.VisitAsync(server, "/conversations/" + conversation);
            var waiting = visit.Page.GetByRole(AriaRole.List, new() { Name = "Not asked yet" }).GetByRole(AriaRole.Listitem);
            await Expect(waiting).ToHaveCountAsync(2);
            await Expect(waiting.First).ToContainTextAsync("was not asked: the server stopped before its turn came.");
            await waiting.First.GetByRole(AriaRole.Button, new() { Name = "Ask now" }).ClickAsync();
            await visit.SeesAsync("answer to second");
            Assert.Equal("user: second", server.Model.Last.Transcript[^1]);
            await Expect(waiting).ToHaveCountAsync(1);
            await Expect(waiting).ToContainTextAsync(["third"]);
            await waiting.GetByRole(AriaRole.Button, new() { Name = "Let it go" }).ClickAsync();
            await Expect(waiting).ToHaveCountAsync(0);
            await visit.Page.ReloadAsync();
            await visit.SeesAsync("answer to second");
            await Expect(waiting).ToHaveCountAsync(0);
            visit.IsClean();
        }
        Directory.Delete(folder, recursive: true);
    }
}
