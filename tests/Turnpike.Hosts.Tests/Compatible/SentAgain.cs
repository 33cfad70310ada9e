using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>A request that is sent again with its idempotency key, because its answer was lost: every face gives the first turn again.</summary>
public sealed class SentAgain
{
    private const string Imported = """ {"id":"a","role":"user","parts":[{"type":"text","text":"I live in Oslo."}]},{"id":"b","role":"assistant","parts":[{"type":"text","text":"Nice."}]}, """;
    private const string Before = """ {"id":"a","role":"user","content":"I live in Oslo."},{"id":"b","role":"assistant","content":"Nice."}, """;

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"test/model","store":true,"messages":[{"role":"user","content":"Where?"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"test/model","stream":true,"store":true,"messages":[{"role":"user","content":"Where?"}]}""")]
    [InlineData("/v1/responses", """{"model":"test/model","input":"Where?"}""")]
    [InlineData("/v1/responses", """{"model":"test/model","stream":true,"input":"Where?"}""")]
    [InlineData("/api/chat", """{"id":"k1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"Where?"}]}]}""")]
    [InlineData("/api/chat", $$"""{"id":"k1","messages":[{{Imported}}{"id":"u1","role":"user","parts":[{"type":"text","text":"Where?"}]}]}""")]
    [InlineData("/api/chat", """{"id":"k1","message":{"id":"u1","role":"user","parts":[{"type":"text","text":"Where?"}]}}""")]
    [InlineData("/api/agui", """{"threadId":"t1","runId":"r1","messages":[{"id":"u1","role":"user","content":"Where?"}]}""")]
    [InlineData("/api/agui", $$"""{"threadId":"t1","runId":"r1","messages":[{{Before}}{"id":"u1","role":"user","content":"Where?"}]}""")]
    public async Task Gives_the_first_turn_again_and_another_body_is_refused(string path, string body)
    {
        await using var server = new RunningServer();
        server.Model.Says("Oslo.");
        var answers = new List<(string Turn, string Text)>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await server.PostJsonAsync(path, body, ("Idempotency-Key", "k1"));
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, text);
            answers.Add((response.Headers.GetValues("Turnpike-Turn").Single(), string.Join('\n', text.Split('\n').Where(line => !line.StartsWith(':')))));
        }
        Assert.Single(server.Model.Requests);
        Assert.Single(answers.Select(answer => answer.Turn).Distinct());
        Assert.All(answers, answer => Assert.Contains("Oslo.", answer.Text, StringComparison.Ordinal));
        Assert.Equal(answers[1].Text, answers[2].Text);
        Assert.Single((await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray());
        using var other = await server.PostJsonAsync(path, body.Replace("Where?", "When?", StringComparison.Ordinal), ("Idempotency-Key", "k1"));
        Assert.Equal(409, (int)other.StatusCode);
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_message_that_was_followed_by_others_meanwhile_gives_its_own_turn()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.").Says("Two.");
        const string First = """{"id":"k1","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"1"}]}],"turnpike":{"idempotencyKey":"k1"}}""";
        using var made = await server.PostJsonAsync("/api/chat", First);
        await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await server.LinesAsync("/api/chat", """{"id":"k1","message":{"id":"u2","role":"user","parts":[{"type":"text","text":"2"}]}}""");
        using var again = await server.PostJsonAsync("/api/chat", First);
        Assert.Equal(made.Headers.GetValues("Turnpike-Turn").Single(), again.Headers.GetValues("Turnpike-Turn").Single());
        Assert.Equal(["user: 1", "assistant: One.", "user: 2"], server.Model.Last.Transcript);
    }
}
