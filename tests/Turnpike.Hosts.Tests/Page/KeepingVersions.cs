using System.Net.Http.Json;
using System.Text;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What becomes of a prompt after it was written: labels, old versions, files that go out and come in.</summary>
[Collection(InChromium.Name)]
public sealed class KeepingVersions(Chromium chromium)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_label_is_dragged_to_a_version_and_moved_back_from_the_keyboard()
    {
        await using var server = new RunningServer();
        await TwoVersionsAsync(server);
        using (await server.Client.PutAsJsonAsync("/api/prompts/greeter/labels/production", new { version = 1 }, Cancellation)) { }
        await using var visit = await chromium.VisitAsync(server, "/prompts/greeter");
        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Versions" }).ClickAsync();
        var (first, second) = (Version(visit, 1), Version(visit, 2));
        await Expect(first).ToContainTextAsync("production");
        await first.GetByText("production").DragToAsync(second);
        await Expect(second).ToContainTextAsync("production");
        await Expect(first).Not.ToContainTextAsync("production");
        Assert.Equal(2, await LabelledAsync(server));

        await first.GetByRole(AriaRole.Button, new() { Name = "Labels and more of version 1" }).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await visit.Page.Keyboard.TypeAsync("Move");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(first).ToContainTextAsync("production");
        Assert.Equal(1, await LabelledAsync(server));
        visit.IsClean();
    }

    [Fact]
    public async Task An_old_version_is_brought_back_as_the_newest()
    {
        await using var server = new RunningServer();
        await TwoVersionsAsync(server);
        await using var visit = await chromium.VisitAsync(server, "/prompts/greeter");
        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Versions" }).ClickAsync();
        await visit.Button("Labels and more of version 1").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Bring back into the editor" }).ClickAsync();
        await Expect(visit.Page.Locator(".prompt-text .cm-content").First).ToHaveTextAsync("Say hello.");
        await visit.Button("Save", exact: true).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(visit.Page.Locator(".prompt-sub")).ToContainTextAsync("v3");
        var newest = await server.GetJsonAsync("/api/prompts/greeter?version=3");
        Assert.Equal("Say hello.", newest.GetProperty("messages")[0].GetProperty("content").GetString());
        visit.IsClean();
    }

    [Fact]
    public async Task A_prompt_goes_out_as_a_file_and_comes_in_again_under_another_key()
    {
        await using var server = new RunningServer();
        await TwoVersionsAsync(server);
        await using var visit = await chromium.VisitAsync(server, "/prompts/greeter");
        var file = await visit.Page.RunAndWaitForDownloadAsync(async () =>
        {
            await visit.Button("More", exact: true).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Export" }).ClickAsync();
        });
        Assert.Equal("greeter.prompt", file.SuggestedFilename);
        using var reader = new StreamReader(await file.CreateReadStreamAsync());
        var text = await reader.ReadToEndAsync(Cancellation);
        Assert.Contains("Say hello in {{language}}.", text, StringComparison.Ordinal);

        await visit.Page.Keyboard.PressAsync("Alt+2");
        await visit.Button("Import").ClickAsync();
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "welcome.prompt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes(text) });
        await Expect(visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Key" })).ToHaveValueAsync("welcome");
        await visit.Button("Look first").ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "What would be kept" })).ToContainTextAsync("welcome");
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, "/api/prompts/welcome")).StatusCode);
        await visit.IsAccessibleAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "welcome" })).ToBeVisibleAsync();
        Assert.Equal("Say hello in {{language}}.", (await server.GetJsonAsync("/api/prompts/welcome")).GetProperty("messages")[0].GetProperty("content").GetString());
        visit.IsClean();
    }

    private static ILocator Version(Visit visit, int version) => visit.Page.GetByRole(AriaRole.List, new() { Name = "Versions" }).Locator("li.version").Filter(new() { Has = visit.Page.GetByText($"v{version}", new() { Exact = true }) });

    private static async Task TwoVersionsAsync(RunningServer server)
    {
        await server.PostAsync("/api/prompts", new { key = "greeter", messages = new[] { new { role = "system", content = "Say hello." } } });
        using var second = await server.Client.PutAsJsonAsync("/api/prompts/greeter", new { messages = new[] { new { role = "system", content = "Say hello in {{language}}." } }, variables = new[] { new { name = "language", type = "string" } } }, Cancellation);
        Assert.True(second.IsSuccessStatusCode);
    }

    private static async Task<int> LabelledAsync(RunningServer server) => (await server.GetJsonAsync("/api/prompts/greeter?label=production")).GetProperty("version").GetInt32();
}
