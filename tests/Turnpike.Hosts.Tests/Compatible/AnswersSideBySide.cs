using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Answers that stand behind each other in what a caller sends: each is a message, with the name of who gave it.</summary>
public sealed class AnswersSideBySide
{
    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"Go"},{"role":"assistant","name":"planner","content":"Plan: x."},{"role":"assistant","name":"writer","content":"Done."},{"role":"user","content":"And?"}]}""", "planner", "writer")]
    [InlineData("/v1/responses", """{"model":"test/model","input":[{"role":"user","content":"Go"},{"role":"assistant","content":"Plan: x."},{"role":"assistant","content":"Done."},{"role":"user","content":"And?"}]}""", null, null)]
    [InlineData("/api/chat", """{"id":"k1","messages":[{"id":"a","role":"user","parts":[{"type":"text","text":"Go"}]},{"id":"b","role":"assistant","parts":[{"type":"text","text":"Plan: x."}]},{"id":"c","role":"assistant","parts":[{"type":"text","text":"Done."}]},{"id":"d","role":"user","parts":[{"type":"text","text":"And?"}]}]}""", null, null)]
    [InlineData("/api/agui", """{"threadId":"t1","runId":"r1","messages":[{"id":"a","role":"user","content":"Go"},{"id":"b","role":"assistant","name":"planner","content":"Plan: x."},{"id":"c","role":"assistant","name":"writer","content":"Done."},{"id":"d","role":"user","content":"And?"}]}""", "planner", "writer")]
    public async Task Stay_apart(string path, string body, string? first, string? second)
    {
        await using var server = new RunningServer();
        using var response = await server.PostJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(["user: Go", "assistant: Plan: x.", "assistant: Done.", "user: And?"], server.Model.Last.Transcript);
        Assert.Equal([first, second], server.Model.Last.Messages.Where(message => message.Role == ChatRole.Assistant).Select(message => message.AuthorName));
    }

    [Fact]
    public async Task A_thought_and_calls_stand_with_the_text_they_belong_to_and_results_follow_their_calls()
    {
        await using var server = new RunningServer();
        const string Call = """{"type":"function_call","call_id":"c","name":"mine","arguments":"{}"}""";
        await server.AnswerAsync("/v1/responses", $$"""
            {"model":"test/model","input":[{"role":"user","content":"Go"},{"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]},{"role":"assistant","content":"One."},{"type":"reasoning","summary":[{"type":"summary_text","text":"Well."}]},
             {"role":"assistant","content":"Two."},{{Call}},{"role":"assistant","content":"Soon."},{"type":"function_call_output","call_id":"c","output":"fine"},{"role":"user","content":"And?"}]}
            """);
        Assert.Equal(["user: Go", "assistant: [thought Hm.] One.", "assistant: [thought Well.] Two. [call mine] Soon.", "tool: [result fine]", "user: And?"], server.Model.Last.Transcript);
    }
}
