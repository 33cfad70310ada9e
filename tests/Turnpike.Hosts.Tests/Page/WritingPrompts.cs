using System.Net.Http.Json;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>A prompt author at the page.</summary>
[Collection(InChromium.Name)]
public sealed class WritingPrompts(Chromium chromium)
{
    [Fact]
    public async Task A_prompt_is_written_run_unsaved_saved_labelled_and_its_versions_are_compared()
    {
        await using var server = new RunningServer();
        server.Model.Says("Hei!").Says("Bonjour!").Says("Salut!");
        await using var visit = await chromium.VisitAsync(server, "/prompts?new=");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Greeter");
        await WriteAsync(visit, 1, "Greet people in {{city}}.");
        await visit.Button("Define it").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "city" }).FillAsync("Oslo");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "What is typed" }).FillAsync("Hello");
        await visit.Button("Run unsaved").ClickAsync();
        await visit.SeesAsync("Hei!");
        Assert.Equal("Greet people in Oslo.", server.Model.Last.Messages[0].Text);
        Assert.DoesNotContain("greeter", await server.Client.GetStringAsync("/api/prompts", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await SaveAsync(visit, key: "greeter");
        await visit.SeesAsync("v1");
        await WriteAsync(visit, 1, "Greet people in {{city}}, in French.");
        await SaveAsync(visit, note: "In French");
        await Expect(visit.Page.Locator(".prompt-sub")).ToContainTextAsync("v2");

        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Versions" }).ClickAsync();
        await visit.SeesAsync("In French");
        await visit.Button("Labels and more of version 1").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Move “production” here" }).ClickAsync();
        var versions = visit.Page.GetByRole(AriaRole.List, new() { Name = "Versions" });
        await Expect(versions.Locator("li").Filter(new() { HasText = "v1" })).ToContainTextAsync("production");
        Assert.Equal(1, (await server.GetJsonAsync("/api/prompts/greeter?label=production")).GetProperty("version").GetInt32());

        await versions.Locator("li").Filter(new() { HasText = "v1" }).GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        await Expect(visit.Page.Locator(".cm-merge-b .cm-changedText").First).ToContainTextAsync("French");
        await visit.IsAccessibleAsync();
        await visit.Page.Keyboard.PressAsync("Escape");

        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Run" }).ClickAsync();
        await visit.Button("Compare", exact: true).ClickAsync();
        await visit.Button("Beside").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Option, new() { Name = "v1" }).ClickAsync();
        await visit.Button("Run", exact: true).ClickAsync();
        await visit.SeesAsync("Bonjour!");
        await visit.SeesAsync("Salut!");
        await Expect(visit.Page.Locator(".run-column .facts")).ToHaveCountAsync(2);
        Assert.Equal(["Greet people in Oslo, in French.", "Greet people in Oslo."], server.Model.Requests.TakeLast(2).Select(request => request.Messages[0].Text).Order(StringComparer.Ordinal));
        visit.IsClean();
    }

    [Fact]
    public async Task A_prompt_may_be_called_new()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "new", messages = new[] { new { role = "system", content = "What is new?" } } });
        await using var visit = await chromium.VisitAsync(server, "/prompts");
        await visit.Button("New prompt").ClickAsync();
        await visit.SeesAsync("not saved yet");
        await WriteAsync(visit, 1, "Another one.");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "All prompts" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "new" }).First.ClickAsync();
        await Expect(visit.Page.Locator(".prompt-text .cm-content").First).ToHaveTextAsync("What is new?");
        await Expect(visit.Page.Locator(".prompt-sub")).ToContainTextAsync("v1");
        visit.IsClean();
    }

    [Fact]
    public async Task What_was_chosen_for_a_variable_and_left_out_again_is_not_sent_and_one_that_takes_anything_stays_so()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "host", messages = new[] { new { role = "system", content = "{{#if tone}}Be {{tone}}.{{else}}Be yourself.{{/if}}{{#if loud}} Loud.{{/if}}" }, new { role = "user", content = "{{thing}}" } }, variables = new object[] { new { name = "tone", type = "enum", options = new[] { "warm", "dry" } }, new { name = "loud", type = "boolean" }, new { name = "thing", type = "any", @default = "5" } } });
        await using var visit = await chromium.VisitAsync(server, "/prompts/host");
        var (tone, loud) = (visit.Page.GetByRole(AriaRole.Radiogroup, new() { Name = "tone" }), visit.Page.GetByRole(AriaRole.Radiogroup, new() { Name = "loud" }));
        await tone.GetByText("dry").ClickAsync();
        await loud.GetByText("yes").ClickAsync();
        await tone.GetByText("Not set").ClickAsync();
        await loud.GetByText("Not set").ClickAsync();
        var asked = await visit.Page.RunAndWaitForRequestAsync(() => visit.Button("Run", exact: true).ClickAsync(), request => request.Url.EndsWith("/api/turns", StringComparison.Ordinal));
        Assert.DoesNotContain("\"variables\":{\"", asked.PostData![..asked.PostData!.IndexOf("\"prompt\"", StringComparison.Ordinal)], StringComparison.Ordinal);
        await Expect(visit.Page.Locator(".run-column .facts")).ToHaveCountAsync(1);
        Assert.Equal(["system: Be yourself.", "user: 5"], server.Model.Last.Transcript);

        await visit.Page.Locator(".variables .fold-head").Last.ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Type" })).ToContainTextAsync("any");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Label" }).FillAsync("A thing");
        await SaveAsync(visit);
        await Expect(visit.Page.Locator(".prompt-sub")).ToContainTextAsync("v2");
        var kept = (await server.GetJsonAsync("/api/prompts/host")).GetProperty("variables")[2];
        Assert.Equal(("any", "\"5\""), (kept.GetProperty("type").GetString(), kept.GetProperty("default").GetRawText()));
        visit.IsClean();
    }

    [Fact]
    public async Task What_two_people_save_at_once_is_not_lost()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "shared", messages = new[] { new { role = "system", content = "One." } } });
        await using var visit = await chromium.VisitAsync(server, "/prompts/shared");
        visit.Expects = fault => fault.Contains("412", StringComparison.Ordinal);
        await WriteAsync(visit, 1, "Mine.");
        using (await server.Client.PutAsJsonAsync("/api/prompts/shared", new { messages = new[] { new { role = "system", content = "Theirs." } } }, TestContext.Current.CancellationToken)) { }
        await visit.Button("Save", exact: true).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("shared");
        await Expect(visit.Page.Locator(".prompt-text .cm-content").First).ToHaveTextAsync("Mine.");
        await visit.Button("Save over it as the newest").ClickAsync();
        await Expect(visit.Page.Locator(".prompt-sub")).ToContainTextAsync("v3");
        Assert.Equal("Theirs.", (await server.GetJsonAsync("/api/prompts/shared?version=2")).GetProperty("messages")[0].GetProperty("content").GetString());
        visit.IsClean();
    }

    [Fact]
    public async Task A_version_that_somebody_saves_meanwhile_takes_nothing_from_who_writes()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "shared", messages = new[] { new { role = "system", content = "One." } } });
        await using var visit = await chromium.VisitAsync(server, "/prompts/shared");
        visit.Expects = fault => fault.Contains("412", StringComparison.Ordinal) || fault.Contains("500", StringComparison.Ordinal) || fault.Contains("net::ERR_", StringComparison.Ordinal);
        var text = visit.Page.Locator(".prompt-text .cm-content").First;
        await WriteAsync(visit, 1, "Mine.");
        using (await server.Client.PutAsJsonAsync("/api/prompts/shared", new { messages = new[] { new { role = "system", content = "Theirs." } } }, TestContext.Current.CancellationToken)) { }
        await visit.ReadAnewAsync();
        await visit.SeesAsync("somebody saved v2 meanwhile");
        await Expect(text).ToHaveTextAsync("Mine.");
        await visit.Page.ReloadAsync();
        await Expect(text).ToHaveTextAsync("Mine.");
        await visit.SeesAsync("somebody saved v2 meanwhile");

        await visit.Page.RouteAsync("**/api/prompts/shared*", route => route.FulfillAsync(new() { Status = 500 }));
        await visit.Page.RunAndWaitForResponseAsync(visit.ReadAnewAsync, answer => answer.Status == 500);
        await Expect(text).ToHaveTextAsync("Mine.");
        await visit.Page.UnrouteAllAsync();

        await visit.Button("Save", exact: true).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("shared");
        await visit.Page.Keyboard.PressAsync("Escape");

        await visit.Page.GetByRole(AriaRole.Tab, new() { Name = "Versions" }).ClickAsync();
        await visit.Button("Labels and more of version 1").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Bring back into the editor" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep what I wrote" }).ClickAsync();
        await Expect(text).ToHaveTextAsync("Mine.");
        await visit.Button("Labels and more of version 1").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Bring back into the editor" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Bring back version 1" }).ClickAsync();
        await Expect(text).ToHaveTextAsync("One.");

        await visit.Page.RouteAsync("**/api/prompts/shared?version=2", route => route.FulfillAsync(new() { Status = 500, ContentType = "application/problem+json", Body = """{"code":"internal_error","detail":"It cannot be read now."}""" }));
        await visit.Page.GetByRole(AriaRole.List, new() { Name = "Versions" }).Locator("li").Filter(new() { HasText = "v2" }).GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("It cannot be read now.");
        visit.IsClean();
    }

    [Fact]
    public async Task Numbers_and_lists_are_sent_as_they_are_typed()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "{{#each cities}}{{this}};{{/each}} {{share}} {{change}}" } }, variables = new object[] { new { name = "cities", type = "list" }, new { name = "share", type = "number" }, new { name = "change", type = "number" } } });
        await using var visit = await chromium.VisitAsync(server, "/prompts/guide");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "cities" }).PressSequentiallyAsync("Oslo, Norway\nRome\n");
        await visit.Page.GetByRole(AriaRole.Spinbutton, new() { Name = "share" }).PressSequentiallyAsync("1.05");
        await visit.Page.GetByRole(AriaRole.Spinbutton, new() { Name = "change" }).PressSequentiallyAsync("-0.5");
        await visit.Page.GetByRole(AriaRole.Spinbutton, new() { Name = "Temperature" }).PressSequentiallyAsync("0.05");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "What is typed" }).FillAsync("Hi");
        await visit.Button("Run unsaved").ClickAsync();
        await Expect(visit.Page.Locator(".run-column .facts")).ToHaveCountAsync(1);
        Assert.Equal("Oslo, Norway;Rome; 1.05 -0.5", server.Model.Last.Messages[0].Text);
        Assert.Equal(0.05f, server.Model.Last.Options.Temperature);
        visit.IsClean();
    }

    [Fact]
    public async Task A_prompt_with_500_variables_is_opened_and_typed_in()
    {
        await using var server = new RunningServer();
        var names = Enumerable.Range(1, 500).Select(n => $"v{n}").ToList();
        var saved = await server.PostAsync("/api/prompts", new { key = "many", messages = new[] { new { role = "system", content = string.Join(' ', names.Select(name => $"{{{{{name}}}}}")) } }, variables = names.Select(name => new { name, type = "string" }) });
        Assert.Equal(201, (int)saved.StatusCode);
        await using var visit = await chromium.VisitAsync(server, "/prompts/many");
        await visit.SeesAsync("500 variables");
        await visit.Page.Locator(".prompt-text .cm-content").First.ClickAsync();
        await visit.Page.Keyboard.PressAsync("ControlOrMeta+End");
        await visit.Page.Keyboard.TypeAsync(" Be brief, {{tone}}.");
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Remarks on this prompt" })).ToContainTextAsync("tone");
        await visit.Button("Define it").First.ClickAsync();
        await visit.SeesAsync("501 variables");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "What is typed" }).FillAsync("Hi");
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "tone" }).FillAsync("kindly");
        await visit.Button("Run unsaved").ClickAsync();
        await Expect(visit.Page.Locator(".run-column .facts")).ToHaveCountAsync(1);
        Assert.EndsWith("Be brief, kindly.", server.Model.Last.Messages[0].Text, StringComparison.Ordinal);
        visit.IsClean();
    }

    private static async Task WriteAsync(Visit visit, int message, string text)
    {
        await visit.Page.Locator(".prompt-text .cm-content").Nth(message - 1).ClickAsync();
        await visit.Page.Keyboard.PressAsync("ControlOrMeta+a");
        await visit.Page.Keyboard.InsertTextAsync(text);
    }

    private static async Task SaveAsync(Visit visit, string? key = null, string? note = null)
    {
        await visit.Button("Save", exact: true).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        if (key is not null) await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Key" }).FillAsync(key);
        if (note is not null) await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Note" }).FillAsync(note);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
    }
}
