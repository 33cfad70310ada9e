using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What clients do by themselves when an answer does not come: the same request again, with its idempotency key.</summary>
public sealed class RetriesUnderAKey
{
    private const string Chat = "/v1/chat/completions";
    private const string Hi = """{"model":"test/model","messages":[{"role":"user","content":"Hi"}]}""";
    private static readonly (string, string) Key = ("Idempotency-Key", "k1");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_leaves_early_finds_the_answer_when_it_asks_again(bool stream)
    {
        await using var server = new RunningServer();
        var (asked, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.Answers((_, stop) => Held(asked, gate.Task, stop));
        var body = stream ? Hi.Replace("\"model\"", "\"stream\":true,\"model\"", StringComparison.Ordinal) : Hi;
        using (var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = new StringContent(body), Headers = { { Key.Item1, Key.Item2 } } };
            var first = server.Client.SendAsync(request, leaving.Token);
            await asked.Task;
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        }
        var again = server.PostJsonAsync(Chat, body, Key);
        await Task.Delay(100, TestContext.Current.CancellationToken); // the server hears that the first has left
        gate.SetResult();
        using var answer = await again;
        Assert.Contains("Late.", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Single(server.Model.Requests);
    }

    [Theory]
    [InlineData(Chat, """{"model":"test/model","messages":[{"role":"user","content":"Hi"}]}""", 429)]
    [InlineData("/v1/responses", """{"model":"test/model","input":"Hi"}""", 429)]
    [InlineData("/api/turns", """{"content":"Hi"}""", 502)]
    public async Task A_failure_that_the_key_names_again_is_not_to_be_waited_out(string path, string body, int status)
    {
        await using var server = new RunningServer();
        server.Model.Fails(new TurnException(TurnErrorCode.ProviderRateLimited, "It is too much.") { RetryAfter = TimeSpan.FromSeconds(90) }).Says("Now.");
        using var first = await server.PostJsonAsync(path, body, Key);
        Assert.Equal((status, true), ((int)first.StatusCode, first.Headers.Contains("Retry-After")));
        using var again = await server.PostJsonAsync(path, body, Key);
        Assert.Equal((status, false), ((int)again.StatusCode, again.Headers.Contains("Retry-After")));
        if (path != "/api/turns") Assert.Equal("false", again.Headers.GetValues("x-should-retry").Single());
        Assert.Contains("new key", await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(server.Model.Requests);
        using var anew = await server.PostJsonAsync(path, body, ("Idempotency-Key", "k2"));
        Assert.Contains("Now.", await anew.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_gone_is_not_an_empty_one(bool stream)
    {
        await using var server = new RunningServer();
        server.Model.Says("Kept.");
        var body = $$"""{"model":"test/model","input":"Hi","stream":{{(stream ? "true" : "false")}}}""";
        using var first = await server.PostJsonAsync("/v1/responses", body, Key);
        await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(await server.Get<ITurnStore>().ForgetAsync(first.Headers.GetValues("Turnpike-Turn").Single(), TestContext.Current.CancellationToken));
        var gone = await server.ErrorAsync("/v1/responses", body, Key);
        Assert.Equal((409, "idempotency_conflict"), (gone.Status, gone.Code));
        Assert.Contains("new key", gone.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Accept", "application/json")]
    [InlineData("Accept", "text/event-stream")]
    [InlineData("Prefer", "respond-async")]
    public async Task An_answer_of_a_turn_that_is_not_stored_is_told_again_for_half_a_minute_and_then_said_to_be_gone(string header, string wanted)
    {
        var clock = new ManualClock();
        await using var server = new RunningServer(services => services.AddSingleton<TimeProvider>(clock));
        server.Model.Says("Once.");
        const string Body = """{"content":"Hi","store":false}""";
        using var first = await server.PostJsonAsync("/api/turns", Body, Key);
        using var again = await server.PostJsonAsync("/api/turns", Body, Key);
        foreach (var answer in (HttpResponseMessage[])[first, again]) Assert.Equal("Once.", (await server.JsonAsync(answer)).GetProperty("answer").GetString());
        clock.Advance(TimeSpan.FromSeconds(31));
        var gone = await server.RefusedAsync(server.PostJsonAsync("/api/turns", Body, Key, (header, wanted)));
        Assert.Equal((409, "idempotency_conflict", "idempotencyKey"), (gone.Status, gone.Code, gone.Body.GetProperty("field").GetString()));
        Assert.Contains("new key", gone.Detail, StringComparison.Ordinal);
        Assert.Single(server.Model.Requests);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Held(TaskCompletionSource asked, Task gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        asked.SetResult();
        await gate.WaitAsync(cancellationToken);
        yield return new(ChatRole.Assistant, "Late.") { FinishReason = ChatFinishReason.Stop };
    }
}
