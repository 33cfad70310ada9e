using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What is bound to a prompt for the model to read, written at the page.</summary>
[Collection(InChromium.Name)]
public sealed class ResourcesOfPrompts(Chromium chromium)
{
    [Fact]
    public async Task A_resource_is_written_kept_read_by_the_model_and_taken_away()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "Guide people." } } });
        await using var visit = await chromium.VisitAsync(server, "/prompts/guide");
        var settings = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Settings", Exact = true });
        var resources = settings.GetByRole(AriaRole.List, new() { Name = "Resources" }).GetByRole(AriaRole.Listitem);
        await settings.GetByRole(AriaRole.Button, new() { Name = "Resource", Exact = true }).ClickAsync();
        await resources.First.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Where we are");
        await resources.First.GetByRole(AriaRole.Textbox, new() { Name = "Text" }).FillAsync("The office is in Oslo.");
        await ChooseAsync(visit, resources.First, "How long it stays", "Sticky with every turn");
        await settings.GetByRole(AriaRole.Button, new() { Name = "Resource", Exact = true }).ClickAsync();
        await resources.Nth(1).GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Plan");
        await ChooseAsync(visit, resources.Nth(1), "Where it is", "Path");
        await resources.Nth(1).GetByRole(AriaRole.Textbox, new() { Name = "Path" }).FillAsync("plan.md");
        await visit.IsAccessibleAsync();
        await visit.Button("Remove the resource Plan").ClickAsync();
        await Expect(resources).ToHaveCountAsync(1);

        await SaveAsync(visit);
        await Expect(visit.Page.Locator(".prompt-sub")).ToContainTextAsync("v2");
        Assert.Equal("""[{"title":"Where we are","policy":"sticky","text":"The office is in Oslo."}]""", await KeptAsync(server));
        await server.TurnAsync(new { prompt = "guide", content = "Hi" });
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains("Where we are", StringComparison.Ordinal) && line.Contains("The office is in Oslo.", StringComparison.Ordinal));

        await visit.Button("Remove the resource Where we are").ClickAsync();
        await SaveAsync(visit);
        await Expect(visit.Page.Locator(".prompt-sub")).ToContainTextAsync("v3");
        await server.TurnAsync(new { prompt = "guide", content = "Hi" });
        Assert.DoesNotContain(server.Model.Last.Transcript, line => line.Contains("Oslo", StringComparison.Ordinal));
        visit.IsClean();
    }

    private static async Task ChooseAsync(Visit visit, ILocator within, string select, string option)
    {
        await within.GetByRole(AriaRole.Button, new() { Name = select }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = option }).ClickAsync();
    }

    private static async Task SaveAsync(Visit visit)
    {
        await visit.Button("Save", exact: true).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
    }

    /// <summary>The resources of the newest version, without what the server adds.</summary>
    private static async Task<string> KeptAsync(RunningServer server)
    {
        var kept = (await server.GetJsonAsync("/api/prompts/guide?version=2")).GetProperty("resources");
        var said = kept.EnumerateArray().Select(one => string.Join(',', ((string[])["title", "policy", "text"]).Select(name => $"\"{name}\":{one.GetProperty(name).GetRawText()}")));
        return $"[{string.Join(',', said.Select(one => $"{{{one}}}"))}]";
    }
}
