using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Tools;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What the page shows of tools: what they gave back, and what they ask.</summary>
[Collection(InChromium.Name)]
public sealed class ShowingTools(Chromium chromium)
{
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    [Fact]
    public async Task Texts_and_pictures_of_a_result_are_shown_as_such_while_it_comes_and_later()
    {
        AIContent[] parts = [new TextContent("Here it is."), new DataContent(Convert.FromBase64String(Dot), "image/png"), new DataContent(new byte[] { 1, 2 }, "application/pdf")];
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => parts, "draw")));
        server.Model.Calls("draw").Says("Drawn.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("@.tools.activate draw; Draw");
        await visit.SeesAsync("Drawn.");
        for (var i = 0; i < 2; i++)
        {
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "draw" }).ClickAsync();
            var result = visit.Page.GetByRole(AriaRole.Group, new() { Name = "Result" });
            await Expect(result).ToContainTextAsync("Here it is.");
            await Expect(result).ToContainTextAsync("application/pdf");
            await Expect(result.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("src", "data:image/png;base64," + Dot);
            await Expect(result).Not.ToContainTextAsync("\"type\"");
            await visit.Page.ReloadAsync();
        }
        visit.IsClean();
    }

    [Fact]
    public async Task What_a_tool_asks_is_answered_in_its_place_in_the_answer()
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks(), AskingToolServer.Says("Booked."));
        await using var server = new RunningServer();
        using var added = await server.PostAsync("/api/tools/servers", asking.Entry);
        server.Model.Calls("book").Says("Have a good flight.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("@.tools.activate book; Book it");
        var form = visit.Page.GetByRole(AriaRole.Group, new() { Name = "book asks" });
        await Expect(form).ToContainTextAsync("Which seat?");
        await visit.Page.ReloadAsync();
        await form.GetByRole(AriaRole.Button, new() { Name = "Seat" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "window" }).ClickAsync();
        await form.GetByLabel("bags").FillAsync("2");
        await visit.Page.RunAndWaitForResponseAsync(() => form.GetByRole(AriaRole.Button, new() { Name = "Answer" }).ClickAsync(), answer => answer.Url.Contains("/tool-results", StringComparison.Ordinal));
        await visit.SeesAsync("Have a good flight.");
        Assert.Equal("""{"seat":{"action":"accept","content":{"seat":"window","bags":2}}}""", asking.Calls[1]["inputResponses"]!.ToJsonString());
        visit.IsClean();
    }
}
