using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What somebody wrote or reads stays where it is, whatever the server, the network or the page does.</summary>
[Collection(InChromium.Name)]
public sealed class KeepingWhatIsWritten(Chromium chromium)
{
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    [Fact]
    public async Task A_first_turn_that_is_refused_comes_back_with_its_files()
    {
        await using var server = new RunningServer();
        server.Model.Says("A plan.");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("503", StringComparison.Ordinal);
        var files = visit.Page.GetByRole(AriaRole.List, new() { Name = "Attached files" });
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "plan.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("Go north.") });
        await Expect(files).ToContainTextAsync("plan.txt");
        await visit.Page.RouteAsync("**/api/turns", route => route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = """{"code":"busy","detail":"The server is full."}""" }));
        await visit.SayAsync("What is this?");
        await visit.SeesAsync("The server is full.");
        await Expect(Editor(visit)).ToHaveTextAsync("What is this?");
        await Expect(files).ToContainTextAsync("plan.txt");

        await visit.Page.UnrouteAllAsync();
        await visit.Button("Send", exact: true).ClickAsync();
        await visit.SeesAsync("A plan.");
        var sent = string.Concat(server.Model.Last.Messages.Select(message => message.Text));
        Assert.Contains("What is this?", sent, StringComparison.Ordinal);
        Assert.Contains("Go north.", sent, StringComparison.Ordinal);
        visit.IsClean();
    }

    [Fact]
    public async Task A_first_turn_is_in_the_box_after_a_reload_until_the_server_has_taken_it()
    {
        await using var server = new RunningServer();
        server.Model.Says("Hello.");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("net::ERR_", StringComparison.Ordinal);
        foreach (var held in (string[])["**/api/conversations", "**/api/turns"])
        {
            await visit.Page.RouteAsync(held, async route =>
            {
                if (route.Request.Method == "POST") return; // no answer ever comes
                await route.ContinueAsync();
            });
            var asked = visit.Page.WaitForRequestAsync(request => request.Method == "POST" && request.Url.EndsWith(held[2..], StringComparison.Ordinal));
            if (held.EndsWith("turns", StringComparison.Ordinal)) await visit.Button("Send", exact: true).ClickAsync();
            else await visit.SayAsync("Tell me about boats");
            await asked;
            await visit.Page.ReloadAsync();
            await Expect(Editor(visit)).ToHaveTextAsync("Tell me about boats");
            await visit.Page.UnrouteAllAsync();
        }
        Assert.Contains("/conversations/conv_", visit.Page.Url, StringComparison.Ordinal);
        await visit.Button("Send", exact: true).ClickAsync();
        await visit.SeesAsync("Hello.");
        Assert.Equal(["user: Tell me about boats"], server.Model.Last.Transcript);
        await visit.Page.ReloadAsync();
        await visit.SeesAsync("Hello.");
        await Expect(visit.Page.GetByText("Write a message, or @. for a command")).ToBeVisibleAsync(); // the box is empty
        visit.IsClean();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_turn_whose_answer_was_lost_is_not_begun_twice_by_sending_it_again_and_a_changed_one_is_another(bool isChanged)
    {
        await using var server = new RunningServer();
        server.Model.Says("First.").Says("Second.").Says("Third.");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("net::ERR_", StringComparison.Ordinal);
        await visit.SayAsync("One");
        await visit.SeesAsync("First.");
        var taken = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/api/turns", async route =>
        {
            await route.FetchAsync(); // the server has it, and the page never hears of it
            taken.TrySetResult();
        });
        await visit.SayAsync("Two");
        await taken.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await visit.Page.ReloadAsync();
        await visit.Page.UnrouteAllAsync();
        await visit.SeesAsync("Second.");
        await Expect(Editor(visit)).ToHaveTextAsync("Two");
        if (isChanged)
        {
            await visit.TypeAsync("");
            await visit.Page.Keyboard.PressAsync("End");
            await visit.Page.Keyboard.TypeAsync("!");
        }
        var asked = await visit.Page.RunAndWaitForResponseAsync(() => visit.Button("Send", exact: true).ClickAsync(), response => response.Url.EndsWith("/api/turns", StringComparison.Ordinal));
        Assert.Equal(200, asked.Status);
        await Expect(visit.Page.GetByText("Write a message, or @. for a command")).ToBeVisibleAsync();
        if (isChanged) await visit.SeesAsync("Third.");
        await Expect(visit.Page.GetByText("Second.")).ToHaveCountAsync(1);
        Assert.Equal(isChanged ? ["One", "Two", "Two!"] : ["One", "Two"], server.Model.Requests.Select(request => request.Messages[^1].Text));
        visit.IsClean();
    }

    [Fact]
    public async Task A_file_that_is_dropped_beside_the_box_is_attached_and_never_takes_the_page_away()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server);
        await visit.TypeAsync("What is in it?");
        Assert.True(await DropAsync(visit, ".list-column"));
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Attached files" })).ToContainTextAsync("plan.txt");
        await visit.Button("Send", exact: true).ClickAsync();
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        Assert.Contains("Go north.", server.Model.Last.Messages[^1].Text, StringComparison.Ordinal);

        await visit.Page.Keyboard.PressAsync("Alt+3");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Rules");
        Assert.True(await DropAsync(visit, "main"));
        await visit.SeesAsync("Nothing takes files here.");
        visit.IsClean();
    }

    /// <summary>Drops a file on something; whether the browser is kept from opening it.</summary>
    private static Task<bool> DropAsync(Visit visit, string on) => visit.Page.EvaluateAsync<bool>("""
        on => ['dragover', 'drop'].every(kind => {
          const data = new DataTransfer()
          data.items.add(new File(['Go north.'], 'plan.txt', { type: 'text/plain' }))
          return !document.querySelector(on).dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }))
        })
        """, on);

    [Fact]
    public async Task Half_typed_words_survive_an_edit_a_lost_request_and_a_brace()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("net::ERR_", StringComparison.Ordinal);
        await visit.SayAsync("First");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        await visit.TypeAsync("half");
        await visit.Page.GetByText("First").Last.HoverAsync();
        await visit.Button("Edit and send again").ClickAsync();
        await Expect(Editor(visit)).ToHaveTextAsync("First");
        await visit.Button("Stop editing").ClickAsync();
        await Expect(Editor(visit)).ToHaveTextAsync("half");

        var place = visit.Page.Url;
        await Editor(visit).EvaluateAsync("box => box.dispatchEvent(new KeyboardEvent('keydown', { key: '{', code: 'Digit8', altKey: true, bubbles: true }))");
        Assert.Equal(place, visit.Page.Url);

        var lost = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/api/turns", async route =>
        {
            await lost.Task;
            await route.AbortAsync();
        });
        await visit.Page.Keyboard.PressAsync("ControlOrMeta+a");
        await visit.Page.Keyboard.TypeAsync("A");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".bubble").Last).ToHaveTextAsync("A");
        await visit.Page.Keyboard.TypeAsync("B");
        lost.SetResult();
        await Expect(Editor(visit).Locator(".cm-line")).ToHaveTextAsync(["A", "", "B"]);
        visit.IsClean();
    }

    [Fact]
    public async Task A_prompt_that_no_list_shows_is_used_all_the_same_and_one_that_is_not_there_is_said()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "Guide people." } } });
        await using var visit = await chromium.VisitAsync(server, "/health/live");
        visit.Expects = fault => fault.Contains("404", StringComparison.Ordinal);
        await visit.Page.RouteAsync("**/api/prompts?limit=200", route => route.FulfillAsync(new() { ContentType = "application/json", Body = """{"data":[]}""" }));
        await visit.Page.GotoAsync("/conversations?prompt=guidance");
        await visit.SayAsync("Where to?");
        await visit.SeesAsync("There is no prompt \"guidance\"");
        await Expect(Editor(visit)).ToHaveTextAsync("Where to?");
        await visit.Page.GetByRole(AriaRole.Combobox, new() { Name = "Prompt" }).FillAsync("guide");
        await visit.Button("Send", exact: true).ClickAsync();
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        Assert.Equal("Guide people.", server.Model.Last.Messages[0].Text);
        visit.IsClean();
    }

    [Fact]
    public async Task Who_scrolled_up_stays_there_when_the_answer_ends()
    {
        await using var server = new RunningServer();
        var held = new HeldAnswer(string.Join("\n\n", Enumerable.Range(1, 120).Select(n => $"Paragraph {n}.")), "\n\nThe end.");
        server.Model.Answers(held.Stream);
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("Tell me much");
        await Expect(visit.Page.GetByText("Paragraph 120.")).ToBeInViewportAsync();
        await visit.Page.Locator(".turns").EvaluateAsync("list => { list.scrollTop = 600 }");
        await Expect(visit.Button("To the newest turn")).ToBeVisibleAsync();
        held.LetGo();
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        await Expect(visit.Page.GetByText("The end.")).ToHaveCountAsync(1);
        Assert.Equal(600, await visit.Page.Locator(".turns").EvaluateAsync<double>("list => list.scrollTop"), 100.0);

        server.Model.Says("Again.");
        await visit.SayAsync("And now?");
        await Expect(visit.Page.GetByText("Again.")).ToBeInViewportAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task A_kept_picture_is_shown_where_the_server_asks_for_a_key()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync("root", Scopes.Admin)).Secret;
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("401", StringComparison.Ordinal); // the page is there before its key is
        await visit.Page.EvaluateAsync("key => sessionStorage.setItem('turnpike.key', key)", key);
        await visit.Page.ReloadAsync();
        await visit.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "dot.png", MimeType = "image/png", Buffer = Convert.FromBase64String(Dot) });
        await visit.SayAsync("What is this?");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        Assert.Contains(server.Model.Last.Messages[^1].Contents, part => part is DataContent { MediaType: "image/png" });
        visit.Expects = _ => false;
        await visit.Page.ReloadAsync();
        var picture = visit.Page.Locator("img.media");
        await Expect(picture).ToBeVisibleAsync();
        Assert.Equal(1, await picture.EvaluateAsync<int>("async picture => { await picture.decode(); return picture.naturalWidth }"));
        visit.Expects = fault => fault.Contains("401", StringComparison.Ordinal);
        visit.IsClean();
    }

    [Fact]
    public async Task A_part_of_the_page_that_cannot_be_fetched_takes_nothing_with_it_and_comes_when_the_server_is_back()
    {
        await using var server = new RunningServer();
        server.Model.Says("Rain all day.");
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("net::ERR_", StringComparison.Ordinal) || fault.Contains("dynamically imported module", StringComparison.Ordinal) || fault.Contains("a part of it could not be loaded", StringComparison.Ordinal);
        await visit.SayAsync("Weather?");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        await visit.Page.RouteAsync("**/TurnRoad-*.js", route => route.AbortAsync());
        await visit.Page.RouteAsync("**/health/live", route => route.AbortAsync());
        await visit.Button("The road of this turn").First.ClickAsync();
        await visit.SeesAsync("It is tried again when the server is back.");
        await visit.SeesAsync("Rain all day.");
        await visit.TypeAsync("still here");
        await Expect(Editor(visit)).ToHaveTextAsync("still here");
        await visit.Page.UnrouteAllAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The road");
        await Expect(Editor(visit)).ToHaveTextAsync("still here");
        visit.IsClean();
    }

    private static ILocator Editor(Visit visit) => visit.Page.Locator(".trigger-editor .cm-content");
}
