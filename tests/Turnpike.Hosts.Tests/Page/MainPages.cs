using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>Every main page, light and dark, wide and on a phone: it is accessible, nothing goes wrong, and a picture of it is left in <c>web/shots</c>.</summary>
[Collection(InChromium.Name)]
public sealed class MainPages(Chromium chromium)
{
    private const string Story = """
        Oslo lies at the end of a fjord. A short plan for **two days**:

        | day | morning | evening |
        |---|---|---|
        | 1 | the opera's roof | Aker Brygge |
        | 2 | Nordmarka forest | a sauna at the harbour |

        ```csharp
        var trip = new Trip("Oslo") { Days = 2 }; // by train
        await trip.BookAsync();
        ```

        - [x] tickets
        - [ ] raincoat
        """;

    private const string LongName = "minutes-of-the-meeting-about-the-new-building-and-its-surroundings-second-draft";

    [Theory]
    [InlineData("wide-light", 1280, 800, false)]
    [InlineData("wide-dark", 1280, 800, true)]
    [InlineData("phone-light", 390, 844, false)]
    [InlineData("phone-dark", 390, 844, true)]
    public async Task Are_accessible_and_clean(string name, int width, int height, bool dark)
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server, "/", new(width, height, dark));
        await visit.SeesAsync("Welcome to Turnpike");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeVisibleAsync();
        await LookAsync(visit, "first-run", name);
        foreach (var empty in (string[])["prompts", "rules", "tags", "projects", "files", "usage"])
        {
            await visit.Page.GotoAsync("/" + empty);
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await LookAsync(visit, "empty-" + empty, name);
        }
        var (conversation, turn, project) = await FillAsync(server);
        foreach (var (page, path, sign) in new[]
        {
            ("conversation", "/conversations/" + conversation, "raincoat"),
            ("road", $"/conversations/{conversation}?road={turn}", "because of"),
            ("prompts", "/prompts", "guide"),
            ("prompt", "/prompts/guide", "What is typed"),
            ("rules", "/rules", "house-style"),
            ("tags", "/tags", "writing"),
            ("projects", "/projects/" + project, "What counts here"),
            ("tools", "/tools", "current_time"),
            ("models", "/models", "Connect a model"),
            ("files", "/files", "Drop files here"),
            ("usage", "/usage", "Time to first token"),
            ("keys", "/keys", "No keys yet"),
        })
        {
            await visit.Page.GotoAsync(path);
            await visit.SeesAsync(sign);
            await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await LookAsync(visit, page, name);
        }
        visit.IsClean();
    }

    [Fact]
    public async Task Are_all_reached_from_the_keyboard()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server);
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeVisibleAsync();
        foreach (var (key, heading) in new[] { ("2", "Prompts"), ("3", "Rules"), ("4", "Tags"), ("5", "Projects"), ("6", "Tools"), ("7", "Models and providers"), ("8", "Files"), ("9", "Usage"), ("0", "Keys") })
        {
            await visit.Page.Keyboard.PressAsync("Alt+" + key);
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
        }
        await visit.Page.Keyboard.PressAsync("Alt+1");
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeFocusedAsync();
        visit.IsClean();
    }

    private static async Task LookAsync(Visit visit, string page, string name)
    {
        await visit.IsAccessibleAsync();
        Assert.True(await visit.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"), $"{page} is wider than the window");
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.prompt-name > *')].filter(text => text.scrollWidth > text.clientWidth + 1).length"));
        await visit.ShowAsync($"{page}-{name}");
    }

    /// <summary>A server in use: a prompt, settings, a conversation with all that an answer can hold.</summary>
    private static async Task<(string Conversation, string Turn, string Project)> FillAsync(RunningServer server)
    {
        server.Model.Answers((_, stop) => Turnpike.Tests.Scripted.ScriptedModel.Updates([
            new(ChatRole.Assistant, [new TextReasoningContent("The person likes boats; two days are enough.")]),
            new(ChatRole.Assistant, "Let me look at the clock."),
            new(ChatRole.Assistant, [new FunctionCallContent("call_1", "current_time", new Dictionary<string, object?> { ["timezone"] = "Europe/Oslo" })]),
            new(ChatRole.Assistant, (string?)null) { FinishReason = ChatFinishReason.ToolCalls },
        ], stop)).Says(Story);
        await server.PostAsync("/api/prompts", new { key = "guide", title = "City guide", description = "Shows people around a city.", tags = new[] { "travel" }, messages = new[] { new { role = "system", content = "You guide people in {{city}}.{{#if days}} They stay {{days}} days.{{/if}}" }, new { role = "user", content = "{{input}}" } }, variables = new object[] { new { name = "city", type = "string", required = true }, new { name = "days", type = "integer", min = 1, max = 30 } } });
        await server.PostAsync("/api/rules", new { name = "house-style", content = "Write British English.", placement = "system", alwaysOn = true });
        await server.PostAsync("/api/rules", new { name = LongName, content = "Keep the promises that were made to the reader in the first paragraph, and say plainly what is not known yet.", placement = "after", tags = new[] { "writing", "a-tag-that-has-a-rather-long-name" } });
        await server.PostAsync("/api/prompts", new { key = "departments/communication/" + LongName, title = "A title that goes on for longer than a line of a narrow list has room for it", description = "Answers with what the department would say, in its own words and without its abbreviations.", messages = new[] { new { role = "system", content = "Be brief." } } });
        using (var form = new MultipartFormDataContent { { new StringContent("Minutes"), "file", LongName + ".txt" } })
        using (var uploaded = await server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken)) Assert.Equal(201, (int)uploaded.StatusCode);
        await server.PostAsync("/api/tags", new { name = "writing", description = "How we write.", rules = new[] { "house-style" } });
        var above = await server.JsonAsync(await server.PostAsync("/api/projects", new { name = "Travel", parameters = new { temperature = 0.4 } }));
        var project = await server.JsonAsync(await server.PostAsync("/api/projects", new { name = "Norway", parent = above.GetProperty("id").GetString(), rules = new[] { "house-style" } }));
        var turn = await server.TurnAsync(new { prompt = "guide", variables = new { city = "Oslo", days = 2 }, content = "@.params.temp 0.2; @.tools.activate current_time; What should I see first?" });
        var conversation = turn.GetProperty("conversation").GetString()!;
        using (var named = await server.SendAsync(HttpMethod.Patch, "/api/conversations/" + conversation, JsonSerializer.Serialize(new { title = "Two days in Oslo" }))) Assert.Equal(200, (int)named.StatusCode);
        foreach (var title in (string[])["A commit message for the parser", "Why is the sky dark at night?", "Summary of the minutes"])
        {
            await server.PostAsync("/api/conversations", new { title });
        }
        return (conversation, turn.GetProperty("id").GetString()!, project.GetProperty("id").GetString()!);
    }
}
