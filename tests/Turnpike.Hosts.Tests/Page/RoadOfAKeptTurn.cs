using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Catalogs;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What the road shows of a turn long after it was sent.</summary>
[Collection(InChromium.Name)]
public sealed class RoadOfAKeptTurn(Chromium chromium)
{
    [Fact]
    public async Task It_shows_the_layers_that_lost_the_exact_request_and_the_attempt()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "Guide people in {{city}}." } }, variables = new object[] { new { name = "city", type = "string", @default = "Rome" } }, parameters = new { temperature = 0.4 } });
        var turn = await server.TurnAsync(new { prompt = "guide", variables = new { city = "Oslo" }, content = "@.params.temp 0.9; What first?" });
        await using var visit = await OpenAsync(server, turn);
        await TabAsync(visit, "Values");
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Layers of city" }).GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["turn Oslo", "default Rome"]);
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Layers of temperature" }).GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["trigger 0.9", "prompt 0.4"]);
        await visit.IsAccessibleAsync();
        await TabAsync(visit, "Request");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "system message" })).ToContainTextAsync("Guide people in Oslo.");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "user message" })).ToContainTextAsync("What first?");
        await TabAsync(visit, "Attempts");
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Attempts" })).ToContainTextAsync("test/model");
        visit.IsClean();
    }

    [Fact]
    public async Task It_shows_what_did_not_fit_and_why()
    {
        await using var server = new RunningServer(services => services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = 1000 }));
        for (var turns = 0; turns < 6; turns++) server.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, "ok") { FinishReason = ChatFinishReason.Stop }], stop));
        string? conversation = null;
        System.Text.Json.JsonElement turn = default;
        for (var turns = 0; turns < 4; turns++)
        {
            var content = $"{turns} {new string('x', 1600)}";
            turn = await server.TurnAsync(conversation is null ? new { content } : (object)new { content, conversation });
            conversation = turn.GetProperty("conversation").GetString();
        }
        await using var visit = await OpenAsync(server, turn);
        await TabAsync(visit, "Packing");
        var packing = visit.Page.GetByRole(AriaRole.List, new() { Name = "What did not fit" });
        await Expect(packing).ToContainTextAsync("left out");
        await Expect(packing).ToContainTextAsync("history");
        visit.IsClean();
    }

    private async Task<Visit> OpenAsync(RunningServer server, System.Text.Json.JsonElement turn)
    {
        var visit = await chromium.VisitAsync(server, $"/conversations/{turn.GetProperty("conversation").GetString()}?road={turn.GetProperty("id").GetString()}");
        await visit.SeesAsync("The road of this turn");
        return visit;
    }

    private static Task TabAsync(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Tab, new() { Name = name, Exact = true }).ClickAsync();
}
