using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>How a person goes on from what a conversation holds, and finds it again.</summary>
[Collection(InChromium.Name)]
public sealed class GoingOn(Chromium chromium)
{
    [Fact]
    public async Task A_turn_that_failed_says_why_and_is_tried_again_in_its_place()
    {
        await using var server = new RunningServer(null, ("Turnpike:ModelCalls:Attempts", "1"));
        server.Model.Fails(new InvalidOperationException("The model is out of order.")).Says("Now it works.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("Hello");
        await Expect(visit.Page.Locator(".turn .fault")).ToBeVisibleAsync();
        await visit.Button("Try again").ClickAsync();
        await visit.SeesAsync("Now it works.");
        Assert.Equal("Hello", server.Model.Last.Messages[^1].Text);
        visit.IsClean();
    }

    [Fact]
    public async Task A_turn_that_failed_while_the_list_was_on_its_way_is_shown_all_the_same()
    {
        await using var server = new RunningServer(null, ("Turnpike:ModelCalls:Attempts", "1"));
        var listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Model.Answers((_, stop) => FailsAfter(listed.Task, stop)).Says("Now it works.");
        await using var visit = await chromium.VisitAsync(server);
        var isFirst = true;
        await visit.Page.RouteAsync("**/api/conversations/*/turns?*", async route =>
        {
            if (!isFirst)
            {
                await route.ContinueAsync();
                return;
            }
            isFirst = false;
            while (server.Model.Requests.Count == 0) await Task.Delay(20);
            var asItRan = await route.FetchAsync();
            listed.SetResult();
            await Task.Delay(1000); // the page hears of the end meanwhile
            await route.FulfillAsync(new() { Response = asItRan });
        });
        await visit.SayAsync("Hello");
        await visit.Button("Try again").ClickAsync();
        await visit.SeesAsync("Now it works.");
        visit.IsClean();
    }

    [Fact]
    public async Task A_fork_goes_on_by_itself_and_the_first_conversation_stays_as_it_was()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.").Says("Two.").Says("Another two.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("First");
        await visit.SeesAsync("One.");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(1);
        var first = visit.Page.Url;
        await visit.SayAsync("Second");
        await visit.SeesAsync("Two.");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(2);
        await visit.Button("Fork: go on from here").First.ClickAsync();
        await Expect(visit.Page).Not.ToHaveURLAsync(first);
        await Expect(visit.Page.GetByText("Two.")).ToHaveCountAsync(0);
        await visit.SayAsync("Second, otherwise");
        await visit.SeesAsync("Another two.");
        Assert.Equal(["First", "One.", "Second, otherwise"], server.Model.Last.Messages.Select(message => message.Text));
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Fork of First" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(first);
        await visit.SeesAsync("Two.");
        await Expect(visit.Page.GetByText("Another two.")).ToHaveCountAsync(0);
        visit.IsClean();
    }

    [Fact]
    public async Task Conversations_are_found_by_their_words_starred_and_named_in_place()
    {
        await using var server = new RunningServer();
        foreach (var title in (string[])["Boats of Oslo", "Trains to Bergen"]) await server.PostAsync("/api/conversations", new { title });
        await using var visit = await chromium.VisitAsync(server);
        var list = visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Conversation list" });
        await Expect(list).ToContainTextAsync("Today");
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search conversations" }).FillAsync("bergen");
        await Expect(list.GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await list.GetByRole(AriaRole.Link).ClickAsync();
        var named = visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Title" });
        await named.FillAsync("Trains to Bergen and back");
        await named.PressAsync("Enter");
        await Expect(list.GetByRole(AriaRole.Link)).ToContainTextAsync("and back");
        await visit.Button("Star", exact: true).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Search conversations" }).FillAsync("");
        await visit.Button("Starred").ClickAsync();
        await Expect(list.GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await Expect(list.GetByLabel("starred")).ToBeVisibleAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task The_names_of_a_prompts_variables_are_completed()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "system", content = "Guide people in {{city}}." } }, variables = new object[] { new { name = "city", type = "string", @default = "Rome" } } });
        var turn = await server.TurnAsync(new { prompt = "guide", content = "Hi" });
        await using var visit = await chromium.VisitAsync(server, "/conversations/" + turn.GetProperty("conversation").GetString());
        await visit.TypeAsync("@.vars.set ci");
        await Expect(visit.Page.GetByRole(AriaRole.Listbox, new() { Name = "Completions" }).GetByRole(AriaRole.Option).First).ToContainTextAsync("city");
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.TypeAsync("Oslo; And now?");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".turn-foot")).ToHaveCountAsync(2);
        Assert.Equal("Guide people in Oslo.", server.Model.Last.Messages[0].Text);
        visit.IsClean();
    }

    [Fact]
    public async Task What_a_turn_would_take_is_shown_beside_the_models_window()
    {
        await using var server = new RunningServer(services => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<Turnpike.Turns.Catalogs.ModelCatalogOptions>(services, options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = 8000 }));
        await using var visit = await chromium.VisitAsync(server);
        await visit.TypeAsync("How many tokens is this?");
        await Expect(visit.Page.Locator(".composer-said")).ToContainTextAsync("/ 8,000 tokens");
        visit.IsClean();
    }

    [Fact]
    public async Task Sources_of_an_answer_are_listed_under_it()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new TextContent("The harbour is open.") { Annotations = [new CitationAnnotation { Title = "Harbour hours", Url = new("https://example.org/hours") }] }]) { FinishReason = ChatFinishReason.Stop }], stop));
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("Is it open?");
        var source = visit.Page.GetByRole(AriaRole.List, new() { Name = "Sources" }).GetByRole(AriaRole.Link, new() { Name = "Harbour hours" });
        await Expect(source).ToHaveAttributeAsync("href", "https://example.org/hours");
        visit.IsClean();
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> FailsAfter(Task moment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await moment.WaitAsync(cancellationToken);
        if (moment.IsCompleted) throw new InvalidOperationException("The model is out of order.");
        yield break;
    }
}
