using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>The server asks for a key while an answer streams.</summary>
[Collection(InChromium.Name)]
public sealed class LosingTheKey(Chromium chromium)
{
    [Fact]
    public async Task A_401_inside_a_running_stream_asks_for_a_key_and_the_same_answer_goes_on()
    {
        await using var server = new RunningServer();
        var held = new HeldAnswer("The first half", " and the second.");
        server.Model.Answers(held.Stream);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("401", StringComparison.Ordinal) || fault.Contains("net::ERR_", StringComparison.Ordinal);
        await visit.SayAsync("Go");
        await visit.SeesAsync("The first half");
        await visit.Page.Context.SetOfflineAsync(true); // which cuts the stream
        await visit.SeesAsync("The server cannot be reached");
        var made = await server.JsonAsync(await server.PostAsync("/api/keys", new { name = "later", scopes = new[] { "admin" } }));
        await visit.Page.Context.SetOfflineAsync(false);
        await visit.SeesAsync("This server asks for a key");
        await Expect(visit.Page.GetByText("The first half")).ToHaveCountAsync(1);

        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync(made.GetProperty("key").GetString()!);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Use this key" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        held.LetGo();
        await visit.SeesAsync("The first half and the second.");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        await Expect(visit.Page.Locator(".turn .fault")).ToHaveCountAsync(0);
        Assert.Single(server.Model.Requests);
        visit.IsClean();
    }
}
