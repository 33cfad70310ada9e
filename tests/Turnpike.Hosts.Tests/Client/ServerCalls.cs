using Microsoft.Extensions.AI;
using Turnpike.Client;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Client;

/// <summary>The .NET client against a real server: typed calls, and events that survive lost connections.</summary>
public sealed class ServerCalls
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_is_saved_read_listed_and_run_with_its_variables()
    {
        await using var server = new RunningServer();
        var turnpike = new TurnpikeClient(server.Client);
        var saved = await turnpike.SavePromptAsync(new() { Key = "team/guide", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "You guide in {{city}}." }] }], Variables = [new() { Name = "city" }] }, Stop);
        Assert.Equal(("team/guide", 1), (saved.Key, saved.Version));
        Assert.Equal(saved.Hash, (await turnpike.PromptAsync("team/guide@1", Stop)).Hash);
        Assert.Contains("team/guide", (await turnpike.PromptsAsync(new PromptQuery { Query = "guide" }, Stop)).Data.Select(prompt => prompt.Key));

        var events = await turnpike.RunAsync(new() { Prompt = "team/guide", Content = "Where to?", Variables = new Dictionary<string, System.Text.Json.JsonElement> { ["city"] = System.Text.Json.JsonSerializer.SerializeToElement("Rome") } }, Stop).ToListAsync(Stop);
        Assert.Equal(["system: You guide in Rome.", "user: Where to?"], server.Model.Last.Transcript);
        Assert.Equal("ok", string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task A_turn_is_submitted_previewed_followed_from_a_number_and_found_in_its_conversation()
    {
        await using var server = new RunningServer();
        server.Model.Says("One", " two.");
        var clock = new HastyClock();
        var turnpike = new TurnpikeClient(server.Client, clock);
        var preview = await turnpike.PreviewAsync(new() { Content = "Count" }, Stop);
        Assert.Equal("Count", preview.GetProperty("request").GetProperty("messages")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Empty(server.Model.Requests);

        var submitted = await turnpike.SubmitAsync(new() { Content = "Count" }, Stop);
        var all = await turnpike.FollowAsync(submitted.Id, cancellationToken: Stop).ToListAsync(Stop);
        var rest = await turnpike.FollowAsync(submitted.Id, 2, Stop).ToListAsync(Stop);
        Assert.Equal(all.Skip(2).Select(happened => happened.Sequence), rest.Select(happened => happened.Sequence));
        Assert.Empty(await turnpike.FollowAsync(submitted.Id, all[^1].Sequence, Stop).ToListAsync(Stop));
        Assert.Empty(clock.Waits);
        Assert.Equal((TurnStatus.Completed, "One two."), (await turnpike.TurnAsync(submitted.Id, Stop)) is var kept ? (kept.Status, kept.Answer) : default);
        Assert.Equal(submitted.Id, Assert.Single(await turnpike.TurnsAsync(submitted.Conversation, Stop)).Id);
        Assert.Equal(submitted.Id, (await turnpike.ConversationAsync(submitted.Conversation, Stop)).Head);
        Assert.Equal(submitted.Conversation, Assert.Single((await turnpike.ConversationsAsync(new ConversationQuery(), Stop)).Data).Id);
    }

    [Fact]
    public async Task A_stream_that_is_cut_in_the_middle_of_an_event_goes_on_behind_the_last_whole_one_without_a_gap()
    {
        await using var server = new RunningServer();
        var words = Enumerable.Range(0, 200).Select(number => $"word {number} ").ToArray();
        server.Model.Says(words);
        using var cut = new CutConnections(700, 1500, 3);
        using var http = new HttpClient(cut) { BaseAddress = server.Client.BaseAddress };
        var events = await new TurnpikeClient(http).RunAsync(new() { Content = "Talk" }, Stop).ToListAsync(Stop);
        Assert.Equal(string.Concat(words), string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(happened => happened.Sequence));
        Assert.Equal(3, cut.Asked.Count);
        Assert.All(cut.Asked, after => Assert.NotEqual("0", after));
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_call_that_waits_is_answered_and_the_turn_goes_on()
    {
        await using var server = new RunningServer();
        server.Model.Calls("locate").Says("In Rome.");
        var turnpike = new TurnpikeClient(server.Client);
        var events = new List<TurnEvent>();
        await foreach (var happened in turnpike.RunAsync(new() { Content = "Where am I?", ClientTools = [new() { Name = "locate" }] }, Stop))
        {
            events.Add(happened);
            if (happened is StepCompleted { Waiting.Count: > 0 }) await turnpike.AnswerAsync(happened.Turn, new CallAnswer { CallId = "call_1", Output = System.Text.Json.JsonSerializer.SerializeToElement("Rome") }, Stop);
        }
        Assert.Equal("In Rome.", string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.Equal("tool: [result Rome]", server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task A_turn_is_cancelled_and_keeps_what_was_said()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => Half(stop));
        var turnpike = new TurnpikeClient(server.Client);
        TurnEvent? last = null;
        await foreach (var happened in turnpike.RunAsync(new() { Content = "Talk" }, Stop))
        {
            last = happened;
            if (happened is TextDelta) await turnpike.CancelAsync(happened.Turn, Stop);
        }
        Assert.IsType<TurnCancelled>(last);
        Assert.Equal("Half", (await turnpike.TurnAsync(last.Turn, Stop)).Answer);
    }

    [Fact]
    public async Task What_the_server_refuses_is_an_error_with_its_code_and_field()
    {
        await using var server = new RunningServer();
        var turnpike = new TurnpikeClient(server.Client);
        var error = await Assert.ThrowsAsync<TurnException>(async () => await turnpike.RunAsync(new() { Prompt = "nobody", Content = "Hi" }, Stop).ToListAsync(Stop));
        Assert.Equal((TurnErrorCode.PromptNotFound, "prompt"), (error.Code, error.Field));
        Assert.Equal(TurnErrorCode.TurnNotFound, (await Assert.ThrowsAsync<TurnException>(() => turnpike.TurnAsync("turn_none", Stop))).Code);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_of_with_its_address()
    {
        using var http = new HttpClient { BaseAddress = new("http://127.0.0.1:9/") };
        var error = await Assert.ThrowsAsync<ServerUnreachableException>(async () => await new TurnpikeClient(http).RunAsync(new() { Content = "Hi" }, Stop).ToListAsync(Stop));
        Assert.Contains("http://127.0.0.1:9/", error.Message, StringComparison.Ordinal);
    }

    internal static async IAsyncEnumerable<ChatResponseUpdate> Half([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ChatRole.Assistant, "Half");
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
