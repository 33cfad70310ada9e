using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A turn is answered again, tried again or changed beside the one before, and a fork goes on without copying.</summary>
public sealed class BranchesOfAConversation
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<Turn> AgainAsync(Road road, Task<TurnRequest> request) => await road.RunAsync(await request);

    [Fact]
    public async Task A_turn_is_answered_again_with_another_model_and_the_same_resources()
    {
        var other = new ScriptedModel();
        await using var road = new Road(builder => builder.AddModel("test/other", other));
        var branches = road.Get<TurnBranches>();
        var first = await road.RunAsync("zero");
        var second = await road.RunAsync(new TurnRequest
        {
            Conversation = first.Conversation,
            Content = "@.params.temp 0.3; one",
            Resources = [new() { Kind = "image", Data = "iVBORw0KGgo=", MediaType = "image/png" }, new() { Id = "res_1", Kind = "note", Text = "N" }],
        });
        var again = await AgainAsync(road, branches.RegenerateAsync(second.Id, new() { Model = "test/other", Parameters = new() { TopP = 0.5 } }, Cancellation));

        Assert.Equal(road.Model.Last.Transcript, other.Last.Transcript);
        Assert.Equal(["user: zero", "assistant: ok", "user: one <resources>\n<resource kind=\"note\" id=\"res_1\">\nN\n</resource>\n</resources> [image/png]"], other.Last.Transcript);
        Assert.Equal((0.3f, 0.5f), (other.Last.Options.Temperature, other.Last.Options.TopP));
        Assert.Equal((first.Id, new TurnOrigin(second.Id, TurnOriginKind.Regenerate), "test/other"), (again.Parent, again.Origin, again.Model));
        Assert.Equal(again.Id, (await road.ConversationAsync(first.Conversation)).Head);
        var siblings = await road.Get<ITurnStore>().SiblingsAsync(await road.ConversationAsync(first.Conversation), again.Id, 10, Cancellation);
        Assert.Equal([second.Id, again.Id], siblings[again.Id].Order(StringComparer.Ordinal).OrderBy(id => id == again.Id));
    }

    [Fact]
    public async Task The_first_turn_is_answered_again_with_its_template()
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Prompt = new Turnpike.Prompts.Prompt { Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Greet {{who}}." }] }], Variables = [new() { Name = "who", Required = true }] }, Variables = new Dictionary<string, System.Text.Json.JsonElement> { ["who"] = System.Text.Json.JsonSerializer.SerializeToElement("Ada") }, Content = "Kindly" });
        var again = await AgainAsync(road, road.Get<TurnBranches>().RegenerateAsync(first.Id, new(), Cancellation));
        Assert.Null(again.Parent);
        Assert.Equal(["user: Greet Ada.\n\nKindly"], road.Model.Last.Transcript);
        Assert.Equal(first.Conversation, again.Conversation);
    }

    [Fact]
    public async Task Settings_of_today_count_when_a_turn_is_answered_again()
    {
        await using var road = new Road();
        var first = await road.RunAsync("one");
        await road.Get<IConversationStore>().UpdateAsync(first.Conversation, now => now with { Parameters = new() { Temperature = 0.9 } }, Cancellation);
        await AgainAsync(road, road.Get<TurnBranches>().RegenerateAsync(first.Id, new(), Cancellation));
        Assert.Equal(0.9f, road.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task What_did_not_fit_is_still_there_when_a_turn_is_answered_again_or_changed()
    {
        await using var road = new Road(builder => builder.Services.Configure<ResourceOptions>(options => options.Tokens = 420));
        var branches = road.Get<TurnBranches>();
        var note = new string('n', 2000);
        const string Table = "[{\"a|b\":\"x, y\"}]";
        ResourceInput[] resources = [new() { Id = "res_1", Kind = "note", Text = note }, new() { Id = "res_2", Kind = "table", Text = Table, Title = "T" }, new() { Id = "res_3", Kind = "image", Data = "iVBORw0KGgo=", MediaType = "image/png" }, new() { Id = "res_4", Kind = "note", Text = new string('x', 1600) }];
        var first = await road.RunAsync(new TurnRequest { Content = "Read", Resources = resources });
        Assert.DoesNotContain("res_1", road.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.DoesNotContain("image/png", road.Model.Last.Transcript[0], StringComparison.Ordinal);

        var again = await AgainAsync(road, branches.RegenerateAsync(first.Id, new(), Cancellation));
        Assert.Equal(road.Model.Requests[0].Transcript, road.Model.Last.Transcript);
        road.Get<Microsoft.Extensions.Options.IOptions<ResourceOptions>>().Value.Tokens = 100_000;
        foreach (var turn in (string[])[first.Id, again.Id])
        {
            await AgainAsync(road, branches.EditAsync(turn, "All", new(), Cancellation));
            var sent = Assert.Single(road.Model.Last.Transcript);
            Assert.StartsWith($"user: All <resources>\n<resource kind=\"note\" id=\"res_1\">\n{note}\n</resource>\n<resource kind=\"table\" id=\"res_2\" title=\"T\">\n| a\\|b |\n| --- |\n| x, y |\n</resource>\n<resource kind=\"note\" id=\"res_4\">", sent, StringComparison.Ordinal);
            Assert.EndsWith("[image/png]", sent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_failed_turn_is_tried_again_and_its_message_is_sent_once()
    {
        await using var road = new Road();
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        var failed = await road.RunAsync("one");
        Assert.Equal(TurnStatus.Failed, failed.Status);
        var again = await AgainAsync(road, road.Get<TurnBranches>().RetryAsync(failed.Id, new(), Cancellation));
        Assert.Equal((TurnStatus.Completed, "user: one"), (again.Status, Assert.Single(road.Model.Last.Transcript)));
        await road.RunAsync(new TurnRequest { Conversation = failed.Conversation, Content = "two" });
        Assert.Equal(["user: one", "assistant: ok", "user: two"], road.Model.Last.Transcript);
        var error = await Assert.ThrowsAsync<TurnException>(() => road.Get<TurnBranches>().RetryAsync(again.Id, new(), Cancellation));
        Assert.Equal(TurnErrorCode.RequestInvalid, error.Code);
    }

    [Fact]
    public async Task A_retry_sends_what_was_sent_whatever_was_changed_since_and_a_regeneration_what_would_be_sent_now()
    {
        await using var road = new Road(builder => builder.AddTool((string city) => $"Rain in {city}.", "weather"));
        var (settings, branches) = (road.Get<ISettingsStore>(), road.Get<TurnBranches>());
        var rule = await settings.SaveRuleAsync(new() { Name = "Short", Content = "Be short." }, Cancellation);
        var prompt = await road.SaveAsync(new() { Key = "guide", Body = """{{role "system"}}You know {{place}} and {{key}} on {{weekday}}.""", Variables = [new() { Name = "place" }, new() { Name = "key", Secret = true }], Rules = ["Short"], Tools = ["weather"] });
        road.Model.Says("Hello.").Calls("weather", new() { ["city"] = "Oslo" }).Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        var first = await road.RunAsync(new TurnRequest { Prompt = "guide", Content = "Hi", Variables = Values("Oslo") });
        var failed = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Prompt = "guide", Content = "Rain? @.params.temp 0.2;", Variables = Values("Oslo") });
        var sent = road.Model.Requests[^2];
        Assert.Contains("Be short.", sent.Transcript[0], StringComparison.Ordinal);
        Assert.Contains("sk-9 on", sent.Transcript[0], StringComparison.Ordinal);

        await road.SaveAsync(prompt with { Body = """{{role "system"}}You know nothing, {{place}}.""" });
        await settings.DeleteRuleAsync(rule.Id, Cancellation);
        road.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(TurnErrorCode.RuleNotFound, (await road.RefusedAsync(await branches.RegenerateAsync(failed.Id, new(), Cancellation))).Code);
        var again = await AgainAsync(road, branches.RetryAsync(failed.Id, new(), Cancellation));
        Assert.Equal((TurnStatus.Completed, failed.Parent, new TurnOrigin(failed.Id, TurnOriginKind.Retry)), (again.Status, again.Parent, again.Origin));
        Assert.Equal(sent.Transcript, road.Model.Last.Transcript);
        Assert.Equal((sent.Options.Temperature, string.Join(',', sent.Tools)), (road.Model.Last.Options.Temperature, string.Join(',', road.Model.Last.Tools)));
        Assert.Equal(await KeptAsync(failed.Id), await KeptAsync(again.Id));
        Assert.DoesNotContain("sk-9", await KeptAsync(again.Id), StringComparison.Ordinal);
        Assert.Equal(("•••", "Oslo"), (again.Variables["key"].GetString(), again.Variables["place"].GetString()));
        Assert.Equal((failed.Prompt, "Rain?"), (again.Prompt, again.Messages[0].Text.Trim()));
        Assert.Equal(failed.Rules, again.Rules);

        await AgainAsync(road, branches.RetryAsync(failed.Id, new() { Parameters = new() { Temperature = 0.9 } }, Cancellation));
        Assert.Equal((sent.Transcript[0], 0.9f), (road.Model.Last.Transcript[0], road.Model.Last.Options.Temperature));
        await settings.SaveRuleAsync(new() { Name = "Short", Content = "Be short." }, Cancellation);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And now?" });
        Assert.Equal(["assistant: ok", "user: And now?"], road.Model.Last.Transcript.TakeLast(2));
        Assert.Single(road.Model.Last.Transcript, line => line.StartsWith("user: Rain?", StringComparison.Ordinal));

        static Dictionary<string, JsonElement> Values(string place) => new() { ["place"] = JsonSerializer.SerializeToElement(place), ["key"] = JsonSerializer.SerializeToElement("sk-9") };
        async Task<string> KeptAsync(string turn) => System.Text.Encoding.UTF8.GetString((await road.Get<ITurnStore>().RequestAsync(turn, Cancellation))!.Value.Span);
    }

    [Fact]
    public async Task A_failed_turns_message_is_not_sent_again_by_the_next()
    {
        await using var road = new Road();
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        var failed = await road.RunAsync("one");
        await road.RunAsync(new TurnRequest { Conversation = failed.Conversation, Content = "two" });
        Assert.Equal(["user: two"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task What_was_asked_and_what_was_answered_can_be_changed()
    {
        await using var road = new Road();
        var branches = road.Get<TurnBranches>();
        var first = await road.RunAsync("one");
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "two" });
        var edited = await AgainAsync(road, branches.EditAsync(first.Id, "uno", new(), Cancellation));
        Assert.Equal(["user: uno"], road.Model.Last.Transcript);
        var answered = await branches.AnswerAsync(edited.Id, new() { Content = "Sí." }, Cancellation);
        Assert.Equal((TurnStatus.Completed, "Sí.", new TurnOrigin(edited.Id, TurnOriginKind.Answer)), (answered.Status, answered.Answer, answered.Origin));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "dos" });
        Assert.Equal(["user: uno", "assistant: Sí.", "user: dos"], road.Model.Last.Transcript);
        var events = await road.EventsAsync(answered.Id);
        Assert.Equal(["turn.started", "step.started", "text.delta", "step.completed", "turn.completed"], events.Select(happened => happened.Type));
        Assert.Equal([1, 2, 3, 4, 5], events.Select(happened => (int)happened.Sequence));
    }

    [Theory]
    [InlineData("{\"total\":4}", 4)]
    [InlineData("four", null)]
    public async Task An_answer_written_by_hand_has_its_own_value_and_leaves_no_call_open(string answer, int? total)
    {
        await using var road = new Road();
        road.Model.Says("{\"total\":3}");
        var shaped = await road.RunAsync(new TurnRequest { Content = "How much?", Parameters = new() { ResponseFormat = new() { ["type"] = "json_object" } } });
        Assert.Equal(3, shaped.Output?.GetProperty("total").GetInt32());
        Assert.Equal(total, (await AnsweredAsync(shaped)).Output?.GetProperty("total").GetInt32());
        road.Model.Calls("locate");
        var calling = await road.RunAsync(new TurnRequest { Content = "Where?", ClientTools = [new() { Name = "locate" }], OnWait = OnWait.HandOver });
        Assert.Single(calling.OpenCalls);
        Assert.Empty((await AnsweredAsync(calling)).OpenCalls);

        async Task<Turn> AnsweredAsync(Turn turn) => (await road.Get<ITurnStore>().FindAsync((await road.Get<TurnBranches>().AnswerAsync(turn.Id, new() { Content = answer }, Cancellation)).Id, Cancellation))!;
    }

    [Fact]
    public async Task A_fork_goes_on_from_a_turn_and_copies_nothing()
    {
        await using var road = new Road();
        var branches = road.Get<TurnBranches>();
        var first = await road.RunAsync(new TurnRequest { Content = "one", Resources = [new() { Id = "res_1", Kind = "note", Text = "N", Policy = ResourcePolicy.Sticky }] });
        var second = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "two" });
        var fork = await branches.ForkAsync(first.Conversation, first.Id, Cancellation);
        Assert.Equal((null, "one"), (fork.Title, (await road.ConversationAsync(fork.Id)).Beginning));
        Assert.Equal((first.Id, first.Id, "res_1"), (fork.Head, fork.ForkedFrom, Assert.Single(fork.Resources).Id));
        var third = await road.RunAsync(new TurnRequest { Conversation = fork.Id, Content = "three" });
        Assert.Equal(["user: one", "assistant: ok"], road.Model.Last.Transcript.Take(2));
        Assert.Equal((fork.Id, first.Id), (third.Conversation, third.Parent));
        Assert.Equal("one", (await road.ConversationAsync(fork.Id)).Beginning);
        Assert.Equal(second.Id, (await road.ConversationAsync(first.Conversation)).Head);

        var forkAgain = await AgainAsync(road, branches.RegenerateAsync(first.Id, new() { Conversation = fork.Id }, Cancellation));
        Assert.Equal(fork.Id, forkAgain.Conversation);
        await road.Get<IConversationStore>().DeleteAsync(first.Conversation, Cancellation);
        await road.RunAsync(new TurnRequest { Conversation = fork.Id, Parent = third.Id, Content = "four" });
        Assert.Equal(["user: one", "assistant: ok", "user: three", "assistant: ok"], road.Model.Last.Transcript.Take(4));
        var stranger = await Assert.ThrowsAsync<TurnException>(() => branches.ForkAsync(fork.Id, second.Id, Cancellation));
        Assert.Equal(TurnErrorCode.TurnNotFound, stranger.Code);
    }

    [Fact]
    public async Task Six_turns_with_tools_a_cancelled_answer_an_edit_and_another_answer_send_exactly_this()
    {
        await using var road = new Road(builder => builder.AddTool((string city) => $"Rain in {city}", "weather"));
        var branches = road.Get<TurnBranches>();
        road.Model.Calls("weather", new() { ["city"] = "Oslo" }).Says("It rains.");
        var first = await road.RunAsync(new TurnRequest { Content = "Weather?", Tools = ["weather"] });
        Assert.Equal(["user: Weather?"], road.Model.Requests[0].Transcript);
        Assert.Equal(["user: Weather?", "assistant: [call weather]", "tool: [result Rain in Oslo]"], road.Model.Requests[1].Transcript);

        var spoke = new TaskCompletionSource();
        road.Model.Answers((_, stop) => UntilCancelledAsync("Take an umb", spoke, stop));
        var started = await road.Runner.StartAsync(new() { Conversation = first.Conversation, Content = "And then?" }, Cancellation);
        await foreach (var events in road.Runner.SubscribeAsync(started.Turn.Id, 0, Cancellation))
        {
            if (events.Any(happened => happened is Turnpike.Turns.Events.TextDelta)) break;
        }
        await road.Runner.CancelAsync(started.Turn.Id, Cancellation);
        var second = await road.Runner.WaitAsync(started.Turn.Id, Cancellation);
        Assert.Equal((TurnStatus.Cancelled, "Take an umb"), (second.Status, second.Answer));
        string[] weather = ["user: Weather?", "assistant: [call weather]", "tool: [result Rain in Oslo]", "assistant: It rains."];
        Assert.Equal([.. weather, "user: And then?"], road.Model.Last.Transcript);

        var third = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Go on." });
        Assert.Equal([.. weather, "user: And then?", "assistant: Take an umb", "user: Go on."], road.Model.Last.Transcript);

        var fourth = await AgainAsync(road, branches.EditAsync(third.Id, "Go on, briefly.", new(), Cancellation));
        Assert.Equal([.. weather, "user: And then?", "assistant: Take an umb", "user: Go on, briefly."], road.Model.Last.Transcript);

        road.Model.Says("Umbrella.");
        var fifth = await AgainAsync(road, branches.RegenerateAsync(fourth.Id, new(), Cancellation));
        Assert.Equal([.. weather, "user: And then?", "assistant: Take an umb", "user: Go on, briefly."], road.Model.Last.Transcript);

        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Thanks." });
        Assert.Equal([.. weather, "user: And then?", "assistant: Take an umb", "user: Go on, briefly.", "assistant: Umbrella.", "user: Thanks."], road.Model.Last.Transcript);
        Assert.Equal("Umbrella.", fifth.Answer);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> UntilCancelledAsync(string words, TaskCompletionSource spoke, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, words);
        spoke.TrySetResult();
        await Task.Delay(Timeout.Infinite, stop);
    }

    [Fact]
    public async Task What_a_prompt_brings_stands_in_the_same_order_when_a_turn_is_made_again()
    {
        await using var road = new Road();
        var branches = road.Get<TurnBranches>();
        await road.SaveAsync(new()
        {
            Key = "guide",
            Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Guide." }] }],
            Resources = [new() { Kind = "note", Text = "A" }, new() { Kind = "note", Text = "B", Policy = ResourcePolicy.Sticky }, new() { Kind = "note", Text = "C" }],
        });
        var first = await road.RunAsync(new TurnRequest { Prompt = "guide", Content = "Hi", Resources = [new() { Kind = "note", Text = "D" }] });
        var sent = road.Model.Last.Transcript;
        await AgainAsync(road, branches.RegenerateAsync(first.Id, new(), Cancellation));
        Assert.Equal(sent, road.Model.Last.Transcript);
        await AgainAsync(road, branches.EditAsync(first.Id, "Ho", new(), Cancellation));
        Assert.Equal([sent[0], sent[1].Replace("user: Hi", "user: Ho", StringComparison.Ordinal)], road.Model.Last.Transcript);
    }
}
