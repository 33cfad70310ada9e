using Microsoft.Extensions.AI;
using Microsoft.Playwright;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using static Microsoft.Playwright.Assertions;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What a person does at the page, from the first visit on.</summary>
[Collection(InChromium.Name)]
public sealed class WalkingThePage(Chromium chromium)
{
    [Fact]
    public async Task A_first_visit_says_what_to_do_and_a_command_is_completed_from_the_keyboard()
    {
        await using var server = new RunningServer();
        server.Model.Says("Rain ", "all day.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SeesAsync("Welcome to Turnpike");
        await visit.TypeAsync("@.par");
        var completions = visit.Page.GetByRole(AriaRole.Listbox, new() { Name = "Completions" });
        await Expect(completions).ToBeVisibleAsync();
        await visit.Page.Keyboard.TypeAsync("ams.te");
        await Expect(completions.GetByRole(AriaRole.Option).First).ToContainTextAsync("params.temp");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Keyboard.TypeAsync("0.2; How is the weather?");
        await Expect(visit.Page.Locator(".trigger.known")).ToHaveTextAsync("@.params.temp 0.2;");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("Rain all day.");
        Assert.Equal(0.2f, server.Model.Last.Options.Temperature);
        Assert.Equal("How is the weather?", server.Model.Last.Messages[^1].Text);
        await Expect(visit.Page.GetByText("Welcome to Turnpike")).ToHaveCountAsync(0);
        visit.IsClean();
    }

    [Fact]
    public async Task An_unknown_command_is_painted_explained_and_sent_as_text()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server);
        await visit.TypeAsync("@.nonsense.x 1; and @.params.temp 9; Hi");
        await Expect(visit.Page.Locator(".trigger.unknown")).ToHaveTextAsync("@.nonsense.x 1;");
        await Expect(visit.Page.Locator(".trigger.wrong")).ToHaveTextAsync("@.params.temp 9;");
        await visit.Page.Locator(".trigger.wrong").HoverAsync();
        await Expect(visit.Page.Locator(".trigger-why")).ToContainTextAsync("0 to 2");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("stays text");
        Assert.Equal("@.nonsense.x 1; and @.params.temp 9; Hi", server.Model.Last.Messages[^1].Text);
        visit.IsClean();
    }

    [Fact]
    public async Task An_answer_is_stopped_what_was_asked_is_edited_and_both_branches_stay()
    {
        await using var server = new RunningServer();
        var held = new HeldAnswer("It is a long story", " that nobody hears.");
        server.Model.Answers(held.Stream).Says("A short one.").Says("And more.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("Tell me a long story");
        await visit.SeesAsync("It is a long story");
        await visit.Button("Stop", exact: true).ClickAsync();
        await visit.SeesAsync("Stopped; what had been said is kept.");
        await visit.SeesAsync("It is a long story");

        await visit.Page.GetByText("Tell me a long story").First.HoverAsync();
        await visit.Button("Edit and send again").ClickAsync();
        var box = visit.Page.Locator(".trigger-editor .cm-content");
        await Expect(box).ToHaveTextAsync("Tell me a long story");
        await visit.Page.Keyboard.PressAsync("ControlOrMeta+a");
        await visit.Page.Keyboard.TypeAsync("Tell me a short story");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeesAsync("A short one.");
        await visit.SeesAsync("2 / 2");
        await visit.SayAsync("Go on");
        await visit.SeesAsync("And more.");

        await visit.Button("The branch before").ClickAsync();
        await visit.SeesAsync("Stopped; what had been said is kept.");
        await Expect(visit.Page.GetByText("A short one.")).ToHaveCountAsync(0);
        await visit.Button("The next branch").ClickAsync();
        await visit.SeesAsync("A short one.");
        await visit.SeesAsync("And more.");
        visit.IsClean();
    }

    [Fact]
    public async Task A_dropped_picture_reaches_the_model_and_an_answer_goes_on_after_a_reload_and_in_a_second_tab()
    {
        await using var server = new RunningServer();
        var held = new HeldAnswer("I see **one** dot", ", and it is red.");
        server.Model.Answers(held.Stream);
        await using var visit = await chromium.VisitAsync(server);
        await Expect(visit.Page.Locator(".trigger-editor .cm-content")).ToBeVisibleAsync();
        var dropped = await visit.Page.EvaluateHandleAsync("""
            () => {
              const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='), c => c.charCodeAt(0))
              const data = new DataTransfer()
              data.items.add(new File([bytes], '<b onclick=x>dot.png', { type: 'image/png' }))
              return data
            }
            """);
        await visit.Page.DispatchEventAsync(".composer", "drop", new { dataTransfer = dropped });
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Attached files" })).ToContainTextAsync("dot");
        await visit.SayAsync("What is this?");
        await visit.SeesAsync("dot");
        var strong = visit.Page.Locator(".answer strong");
        await Expect(strong).ToHaveTextAsync("one");
        Assert.Contains(server.Model.Last.Messages[^1].Contents, part => part is DataContent { MediaType: "image/png" });

        await visit.Page.ReloadAsync();
        await Expect(strong).ToHaveTextAsync("one");
        var second = await visit.SecondTabAsync(visit.Page.Url);
        await Expect(second.Locator(".answer strong")).ToHaveTextAsync("one");
        held.LetGo();
        await visit.SeesAsync("and it is red.");
        await Expect(second.GetByText("and it is red.")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("img.media")).ToBeVisibleAsync();
        visit.IsClean();
    }

    [Fact]
    public async Task An_answer_goes_on_when_the_network_was_gone()
    {
        await using var server = new RunningServer();
        var held = new HeldAnswer("First half", " and second half.");
        server.Model.Answers(held.Stream);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects = fault => fault.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal) || fault.Contains("net::", StringComparison.Ordinal);
        await visit.SayAsync("Say something");
        await visit.SeesAsync("First half");
        await visit.Page.Context.SetOfflineAsync(true);
        await visit.SeesAsync("The server cannot be reached");
        held.LetGo();
        await visit.Page.Context.SetOfflineAsync(false);
        await visit.SeesAsync("and second half.");
        await Expect(visit.Page.GetByText("The server cannot be reached")).ToHaveCountAsync(0);
        visit.IsClean();
    }

    [Fact]
    public async Task The_road_of_a_turn_names_the_command_that_changed_the_temperature()
    {
        await using var server = new RunningServer();
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("@.params.temp 0.2; Hi");
        await visit.Button("The road of this turn").First.ClickAsync();
        var change = visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = visit.Page.GetByText("parameters.temperature", new() { Exact = true }) }).Last;
        await Expect(change).ToContainTextAsync("trigger @.params.temp");
        await Expect(change).ToContainTextAsync("0.2");
        await Expect(change).ToContainTextAsync("because of @.params.temp 0.2;");
        await visit.IsAccessibleAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.TypeAsync("@.params.temp 0.7; And before sending?");
        await visit.Button("Preview the road").ClickAsync();
        await visit.SeesAsync("nothing has been sent");
        await Expect(visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = visit.Page.GetByText("parameters.temperature", new() { Exact = true }) }).Last).ToContainTextAsync("0.7");
        Assert.Single(server.Model.Requests);
        visit.IsClean();
    }

    [Fact]
    public async Task A_tool_call_that_asks_is_approved_in_its_place_in_the_answer()
    {
        await using var server = new RunningServer(services => services.AddTurnpike().AddTool((string city) => $"Rain in {city}.", "forecast", "Tells the weather."), ("Turnpike:ToolCalls:Approval:forecast", "ask"));
        server.Model.Calls("forecast", new() { ["city"] = "Oslo" }).Says("Take an umbrella.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("@.tools.activate forecast; Do I need an umbrella?");
        var question = visit.Page.GetByRole(AriaRole.Group, new() { Name = "May forecast run?" });
        await Expect(question).ToBeVisibleAsync();
        await visit.SeesAsync("\"city\": \"Oslo\"");
        await visit.Page.ReloadAsync();
        await visit.Page.RunAndWaitForResponseAsync(() => question.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync(), answer => answer.Url.Contains("/approvals/", StringComparison.Ordinal));
        await visit.SeesAsync("Take an umbrella.");
        Assert.Contains(server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>(), result => result.Result?.ToString()?.Contains("Rain in Oslo.", StringComparison.Ordinal) == true);
        visit.IsClean();
    }

    [Fact]
    public async Task An_answer_comes_again_from_another_model()
    {
        var other = new ScriptedModel().Says("From the other.");
        await using var server = new RunningServer(services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(services, new Turnpike.Turns.Catalogs.HostModel("test/other", other)));
        server.Model.Says("From the first.");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SayAsync("Who are you?");
        await visit.SeesAsync("From the first.");
        await visit.Button("Answer again").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { Name = "test/other" }).ClickAsync();
        await visit.SeesAsync("From the other.");
        await visit.SeesAsync("2 / 2");
        Assert.Equal("Who are you?", other.Last.Messages[^1].Text);
        visit.IsClean();
    }
}
