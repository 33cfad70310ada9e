using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

public sealed class Endings
{
    [Fact]
    public async Task Cancelling_keeps_what_the_model_had_said()
    {
        await using var road = new Road();
        var spoke = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HalfAsync(spoke, stop));
        var started = await road.Runner.StartAsync(new() { Content = "Go on" }, TestContext.Current.CancellationToken);
        await spoke.Task;
        await road.Runner.CancelAsync(started.Turn.Id, TestContext.Current.CancellationToken);
        var turn = await road.Runner.WaitAsync(started.Turn.Id, TestContext.Current.CancellationToken);
        Assert.Equal((TurnStatus.Cancelled, "Half an"), (turn.Status, turn.Answer));
        var used = Assert.Single(turn.Attempts).Usage!;
        Assert.Equal((used, true), (turn.Usage, used is { InputTokens: > 0, OutputTokens: > 0, Estimated: true }));
        Assert.Equal(["usage", "turn.cancelled"], (await road.EventsAsync(turn.Id)).TakeLast(2).Select(happened => happened.Type)); // what was used, whoever cut it off

        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "And?" });
        Assert.Equal(["user: Go on", "assistant: Half an", "user: And?"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task Cancelling_twice_or_after_the_end_is_harmless()
    {
        await using var road = new Road();
        var turn = await road.RunAsync("Hi");
        await road.Runner.CancelAsync(turn.Id, TestContext.Current.CancellationToken);
        Assert.Equal(TurnStatus.Completed, (await road.Runner.WaitAsync(turn.Id, TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task A_broken_stream_fails_the_turn_with_its_partial_text_and_the_conversation_stays_usable()
    {
        await using var road = new Road();
        road.Model.Answers((_, stop) => BrokenAsync(stop)).Says("Fine.");
        var failed = await road.RunAsync("Tell me");
        Assert.Equal((TurnStatus.Failed, "So it", "provider_stream_broken"), (failed.Status, failed.Answer, failed.Error?.Code));
        var next = await road.RunAsync(new TurnRequest { Conversation = failed.Conversation, Content = "Again" });
        Assert.Equal(TurnStatus.Completed, next.Status);
        Assert.Equal(["user: Again"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_broken_answer_is_begun_anew_where_the_prompt_allows_it_and_what_had_come_is_forgotten()
    {
        await using var road = new Road();
        var prompt = new Turnpike.Prompts.Prompt { Restart = true, Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }] };
        road.Model.Answers((_, stop) => BrokenAsync(stop)).Says("Whole.");
        var turn = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Tell me" });
        Assert.Equal((TurnStatus.Completed, "Whole."), (turn.Status, turn.Answer));
        Assert.Equal(["Tell me", "Whole."], turn.Messages.Select(message => message.Text));
        Assert.Equal([(TurnStatus.Failed, 1), (TurnStatus.Completed, 2)], turn.Attempts.Select(attempt => (attempt.Status, attempt.Attempt)));
        Assert.Equal(["text.delta 0", "step.started 2", "text.delta 1"], (await road.EventsAsync(turn.Id)).SkipWhile(happened => happened is not TextDelta).Where(happened => happened is TextDelta or StepStarted).Select(happened => happened is TextDelta said ? $"text.delta {said.Block}" : $"step.started {((StepStarted)happened).Attempt}"));
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "And?" });
        Assert.Equal(["system: Be brief.", "user: Tell me", "assistant: Whole.", "user: And?"], road.Model.Last.Transcript);

        road.Model.Answers((_, stop) => BrokenAsync(stop));
        Assert.Equal((TurnStatus.Failed, "So it"), await EndAsync(new() { Prompt = prompt, Restart = false, Content = "Not now" })); // the request wins
        road.Model.Answers((_, stop) => BrokenAsync(stop)).Says("Whole.");
        Assert.Equal((TurnStatus.Completed, "Whole."), await EndAsync(new() { Restart = true, Content = "Now" }));
        road.Model.Answers((_, stop) => BrokenAsync(stop)).Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        Assert.Equal((TurnStatus.Failed, "So it"), await EndAsync(new() { Restart = true, Content = "In vain" })); // what there is, is better than nothing

        async Task<(TurnStatus, string)> EndAsync(TurnRequest request) => await road.RunAsync(request) is var ended ? (ended.Status, ended.Answer) : default;
    }

    [Fact]
    public async Task A_broken_answer_that_must_have_a_shape_is_begun_anew_as_a_whole()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelOptions>(options => options.Restart = true));
        road.Model.Answers((_, stop) => BrokenAsync(stop)).Says("""{"ok": true}""");
        var turn = await road.RunAsync(new TurnRequest { Content = "As JSON", Parameters = new() { ResponseFormat = new() { ["type"] = "json_schema", ["schema"] = new System.Text.Json.Nodes.JsonObject { ["type"] = "object" } } } });
        Assert.Equal((TurnStatus.Completed, true), (turn.Status, turn.Output?.GetProperty("ok").GetBoolean()));
    }

    [Fact]
    public async Task A_provider_that_fails_before_the_first_token_is_asked_again()
    {
        await using var road = new Road();
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderError, "busy") { ProviderStatus = 503, ProviderRequestId = "req_17" }).Says("Now.");
        var turn = await road.RunAsync("Hi");
        Assert.Equal("Now.", turn.Answer);
        Assert.Equal([(TurnStatus.Failed, "req_17", null), (TurnStatus.Completed, null, "resp-1")], turn.Attempts.Select(attempt => (attempt.Status, attempt.ProviderRequestId, attempt.ProviderResponseId)));
    }

    [Fact]
    public async Task A_provider_that_refuses_the_request_is_not_asked_again()
    {
        await using var road = new Road();
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no") { ProviderStatus = 400 });
        var turn = await road.RunAsync("Hi");
        Assert.Equal("provider_refused", turn.Error?.Code);
        Assert.Single(turn.Attempts);
    }

    [Fact]
    public async Task A_fallback_model_stands_in_when_the_first_cannot_answer()
    {
        var spare = new ScriptedModel().Says("From the spare.");
        await using var road = new Road(builder => builder.AddModel("spare/model", spare));
        for (var i = 0; i < 3; i++) road.Model.Fails(new HttpRequestException("refused"));
        var turn = await road.RunAsync(new TurnRequest { Prompt = new Turnpike.Prompts.Prompt { Fallback = ["spare/model"], Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }] }, Content = "Hi" });
        Assert.Equal("From the spare.", turn.Answer);
        Assert.Equal(["system: Be brief.", "user: Hi"], spare.Last.Transcript);
        Assert.Equal(4, turn.Attempts.Count);
    }

    [Fact]
    public async Task A_model_that_falls_silent_ends_in_a_timeout()
    {
        await using var road = new Road(builder => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<ModelOptions>(builder.Services, options => options.BetweenTokens = TimeSpan.FromMilliseconds(30)));
        road.Model.Answers((_, stop) => HalfAsync(new(), stop));
        var turn = await road.RunAsync("Hi");
        Assert.Equal((TurnStatus.Failed, "timeout", "Half an"), (turn.Status, turn.Error?.Code, turn.Answer));
        Assert.Equal("Model \"test/model\" fell silent for 0.03 s. Turnpike:ModelCalls:BetweenTokens says how long it may, and Turnpike:ModelCalls:Providers:test:BetweenTokens for this provider alone.", turn.Error?.Message);
    }

    [Fact]
    public async Task A_model_that_falls_silent_in_the_middle_is_asked_anew_where_that_is_allowed_and_at_last_the_one_that_stands_in()
    {
        using var spare = new ScriptedModel().Says("From the spare.");
        await using var road = new Road(builder => builder.AddModel("spare/model", spare).Services.Configure<ModelOptions>(options => (options.BetweenTokens, options.Attempts) = (TimeSpan.FromMilliseconds(30), 2)));
        var prompt = new Turnpike.Prompts.Prompt { Restart = true, Fallback = ["spare/model"], Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }] };
        road.Model.Answers((_, stop) => HalfAsync(new(), stop)).Says("Whole.");
        var turn = await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Hi" });
        Assert.Equal((TurnStatus.Completed, "Whole."), (turn.Status, turn.Answer));
        Assert.Equal([("timeout", true), (null, null)], turn.Attempts.Select(attempt => (attempt.Error?.Code, attempt.Error?.Retryable)));
        Assert.Equal(["system: Be brief.", "user: Hi"], road.Model.Last.Transcript);

        road.Model.Answers((_, stop) => HalfAsync(new(), stop)).Answers((_, stop) => HalfAsync(new(), stop));
        Assert.Equal("From the spare.", (await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Hi" })).Answer);
        Assert.Equal(["system: Be brief.", "user: Hi"], spare.Last.Transcript);

        road.Model.Answers((_, stop) => HalfAsync(new(), stop));
        var left = await road.RunAsync(new TurnRequest { Prompt = prompt, Restart = false, Content = "Hi" });
        Assert.Equal((TurnStatus.Failed, "Half an", "timeout", true, true), (left.Status, left.Answer, left.Error?.Code, left.Error?.Retryable, Assert.Single(left.Attempts).Error?.Retryable));
    }

    [Fact]
    public async Task A_request_that_a_turns_own_time_cuts_off_failed_like_its_turn()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelOptions>(options => options.Turn = TimeSpan.FromMilliseconds(50)));
        road.Model.Answers((_, stop) => HalfAsync(new(), stop));
        var turn = await road.RunAsync("Hi");
        var attempt = Assert.Single(turn.Attempts);
        Assert.Equal((TurnStatus.Failed, TurnStatus.Failed, turn.Error), (turn.Status, attempt.Status, attempt.Error));
        Assert.Equal(("timeout", true, true), (turn.Error?.Code, turn.Error?.Retryable, attempt.Usage?.Estimated));
    }

    [Fact]
    public async Task A_provider_is_waited_for_as_long_as_its_own_deadlines_say()
    {
        await using var road = new Road(builder => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<ModelOptions>(builder.Services, options =>
        {
            (options.FirstToken, options.BetweenTokens) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            options.Providers["TEST"] = new() { FirstToken = TimeSpan.FromMilliseconds(20), BetweenTokens = TimeSpan.FromMilliseconds(30) };
        }));
        road.Model.Answers((_, stop) => HalfAsync(new(), stop)).Answers((_, stop) => MuteAsync(stop));
        var silent = await road.RunAsync("Hi");
        Assert.Equal(("timeout", "Half an"), (silent.Error?.Code, silent.Answer));
        var mute = (await road.RunAsync("Hi")).Error;
        Assert.Equal("timeout", mute?.Code);
        Assert.StartsWith("Model \"test/model\" said nothing for 0.02 s. Turnpike:ModelCalls:FirstToken says", mute?.Message, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> MuteAsync([EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }

    [Fact]
    public async Task A_second_turn_on_a_busy_branch_is_refused_and_the_first_goes_on()
    {
        await using var road = new Road();
        var spoke = new TaskCompletionSource();
        road.Model.Answers((_, stop) => HalfAsync(spoke, stop));
        var first = await road.Runner.StartAsync(new() { Content = "Go on" }, TestContext.Current.CancellationToken);
        await spoke.Task;
        var error = await road.RefusedAsync(new TurnRequest { Conversation = first.Turn.Conversation, Content = "Me too" });
        Assert.Equal(TurnErrorCode.ConversationBusy, error.Code);
        Assert.Contains(first.Turn.Id, road.Runner.Running);
    }

    [Fact]
    public async Task The_same_idempotency_key_runs_one_turn_and_another_body_is_a_conflict()
    {
        await using var road = new Road();
        var request = new TurnRequest { Content = "Once", IdempotencyKey = "k" };
        var first = await road.RunAsync(request);
        var again = await road.Runner.StartAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((first.Id, true), (again.Turn.Id, again.Replayed));
        Assert.Single(road.Model.Requests);
        Assert.Equal(TurnErrorCode.IdempotencyConflict, (await road.RefusedAsync(request with { Content = "Twice" })).Code);
    }

    [Fact]
    public async Task Events_are_numbered_from_one_without_gaps_and_can_be_read_from_any_point()
    {
        await using var road = new Road();
        road.Model.Says("a", "b", "c");
        var turn = await road.RunAsync("Hi");
        var all = await road.EventsAsync(turn.Id);
        Assert.Equal(Enumerable.Range(1, all.Count).Select(n => (long)n), all.Select(happened => happened.Sequence));
        for (var after = 0; after <= all.Count; after++)
            Assert.Equal(all.Skip(after).Select(happened => happened.Sequence), (await road.EventsAsync(turn.Id, after)).Select(happened => happened.Sequence));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HalfAsync(TaskCompletionSource spoke, [EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "Half an");
        spoke.TrySetResult();
        await Task.Delay(Timeout.Infinite, stop);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BrokenAsync([EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "So it");
        await Task.Delay(1, stop);
        throw new IOException("connection reset");
    }
}
