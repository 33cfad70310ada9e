using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Pipeline;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What a UI client is told after it answered a call: it has the message and adds to it.</summary>
public sealed class AnsweredChats
{
    private const string Asked = """{"id":"u1","role":"user","parts":[{"type":"text","text":"@.params.temp 0.2; Where am I?"}]}""";
    private const string Tools = ""","clientTools":[{"name":"locate","schema":{"type":"object"}}],"tools":["book"]""";

    [Fact]
    public async Task Only_the_beginning_and_what_came_after_the_answer_are_told_and_a_reconnect_tells_all()
    {
        await using var server = Booking();
        foreach (var (text, call) in ((string, string)[])[("Look. ", "call_1"), ("Again. ", "call_2")]) server.Model.Answers((_, stop) => Turnpike.Tests.Scripted.ScriptedModel.Updates([new(ChatRole.Assistant, text), new(ChatRole.Assistant, [new FunctionCallContent(call, "locate")]) { FinishReason = ChatFinishReason.ToolCalls }], stop));
        var gate = new TaskCompletionSource();
        server.Model.Answers((_, stop) => Held(gate.Task, stop));
        var first = await SendAsync(server, Asked);
        var id = first[0].Text("messageId")!;
        Assert.Equal(["start", "data-turnpike-triggers", "start-step", "text-start", "text-delta", "text-end", "tool-input-start", "tool-input-delta", "tool-input-available", "finish-step", "finish"], Types(first));

        var second = await SendAsync(server, $"{Asked},{Answer(id, "locate", "call_1", """ "state":"output-available","output":"Rome" """)}");
        Assert.Equal(["start", "tool-output-available", "start-step", "text-start", "text-delta", "text-end", "tool-input-start", "tool-input-delta", "tool-input-available", "finish-step", "finish"], Types(second));
        Assert.Equal((id, "call_1", "call_2"), (second[0].Text("messageId"), second[1].Text("toolCallId"), second[6].Text("toolCallId")));
        Assert.NotEqual(first[3].Text("id"), second[3].Text("id"));

        var third = SendAsync(server, $"{Asked},{Answer(id, "locate", "call_2", """ "state":"output-available","output":"Oslo" """)}");
        await WaitAsync(server, 3);
        using var whole = await server.SendAsync(HttpMethod.Get, "/api/chat/k1/stream");
        gate.SetResult();
        Assert.Equal(["start", "tool-output-available", "start-step", "text-start", "text-delta", "text-end", "finish-step", "finish"], Types(await third));
        Assert.Equal(3, Types(FaceCalls.Chunks(FaceCalls.Lines(await whole.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)))).Count(type => type == "start-step"));
    }

    [Theory]
    [InlineData("true", "tool-output-available")]
    [InlineData("false", "tool-output-denied")]
    public async Task After_a_yes_or_no_too(string approved, string came)
    {
        await using var server = Booking();
        server.Model.Calls("book").Says("Done.");
        var asked = await SendAsync(server, Asked);
        var answered = await SendAsync(server, $"{Asked},{Answer(asked[0].Text("messageId")!, "book", "call_1", $$$""" "state":"approval-responded","approval":{"id":"apr_call_1","approved":{{{approved}}},"reason":"So." } """)}");
        Assert.Equal(["start", "tool-approval-response", came, "start-step", "text-start", "text-delta", "text-end", "finish-step", "finish"], Types(answered));
    }

    [Theory]
    [InlineData("", ""","turnpike":{"onDisconnect":"cancel"}""", "cancelled")]
    [InlineData(""","turnpike":{"onDisconnect":"cancel"}""", "", "cancelled")]
    [InlineData(""","prompt":{"messages":[{"role":"system","content":"Be brief."}],"onDisconnect":"cancel"}""", "", "cancelled")]
    [InlineData(""","turnpike":{"onDisconnect":"cancel"}""", ""","turnpike":{"onDisconnect":"continue"}""", "completed")]
    [InlineData("", "", "completed")]
    public async Task Whoever_leaves_then_is_heard_as_before(string asking, string answering, string status)
    {
        await using var server = Booking();
        var (asked, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Model.Calls("book").Answers((_, stop) =>
        {
            asked.SetResult();
            return Held(gate.Task, stop);
        });
        var id = (await SendAsync(server, Asked, asking))[0].Text("messageId")!;
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = new StringContent(Body($"{Asked},{Yes(id)}", answering)) };
        var sent = server.Client.SendAsync(request, leave.Token);
        await asked.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        if (status == "completed") gate.SetResult();
        var turn = await server.Get<TurnRunner>().WaitAsync("turn_" + id["msg_".Length..], TestContext.Current.CancellationToken);
        Assert.Equal(status, turn.Status.ToString().ToLowerInvariant());
    }

    [Fact]
    public async Task The_same_answer_with_its_key_is_told_the_same_again()
    {
        await using var server = Booking();
        server.Model.Calls("book").Says("Done.");
        var id = (await SendAsync(server, Asked))[0].Text("messageId")!;
        async Task<(int, string)> AnswerAsync(string key, string approved = "true")
        {
            using var answered = await server.SendAsync(HttpMethod.Post, "/api/chat", Body($"{Asked},{Yes(id, approved)}", ""), ("Idempotency-Key", key));
            return ((int)answered.StatusCode, await answered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        var first = await AnswerAsync("a1");
        Assert.Equal(200, first.Item1);
        Assert.Contains("Done.", first.Item2, StringComparison.Ordinal);
        Assert.Equal(first, await AnswerAsync("a1"));
        var (status, told) = await AnswerAsync("a1", "false");
        Assert.Equal(409, status);
        Assert.StartsWith("Call \"call_1\" of turn", told, StringComparison.Ordinal);
        Assert.Equal(2, server.Model.Requests.Count);
        using var without = await server.SendAsync(HttpMethod.Post, "/api/chat", Body($"{Asked},{Yes(id)}", ""));
        Assert.Equal(400, (int)without.StatusCode);
    }

    [Theory]
    [InlineData(""","turnpike":{"onDisconect":"cancel"}""", "onDisconect")]
    [InlineData(""","turnpike":{"conversation":"conv_other"}""", "conversation")]
    [InlineData(""","turnpike":{"content":"Another text"}""", "content")]
    [InlineData(""","turnpike":{"answers":[{"callId":"call_1","approved":true}]}""", "turnpike.answers")]
    public async Task What_has_no_place_beside_an_answer_is_refused_and_nothing_is_answered(string answering, string told)
    {
        await using var server = Booking();
        server.Model.Calls("book").Says("Done.");
        var id = (await SendAsync(server, Asked))[0].Text("messageId")!;
        using var refused = await server.SendAsync(HttpMethod.Post, "/api/chat", Body($"{Asked},{Yes(id)}", answering));
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.Contains(told, await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(server.Model.Requests);
    }

    private static string Yes(string id, string approved = "true") => Answer(id, "book", "call_1", $$""" "state":"approval-responded","approval":{"id":"apr_call_1","approved":{{approved}} } """);

    private static RunningServer Booking() => new(services =>
    {
        services.AddTurnpike().AddTool(() => "Booked.", "book", "Books.");
        services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    });

    private static async Task<IReadOnlyList<JsonElement>> SendAsync(RunningServer server, string messages, string more = "") => FaceCalls.Chunks(await server.LinesAsync("/api/chat", Body(messages, more)));

    private static string Body(string messages, string more) => $$"""{"id":"k1","trigger":"submit-message","messages":[{{messages}}]{{Tools}}{{more}}}""";

    private static string[] Types(IReadOnlyList<JsonElement> chunks) => [.. chunks.Select(chunk => chunk.Text("type")!)];

    private static string Answer(string id, string tool, string call, string more) => $$"""{"id":"{{id}}","role":"assistant","parts":[{"type":"tool-{{tool}}","toolCallId":"{{call}}","input":{},{{more}}}]}""";

    private static async Task WaitAsync(RunningServer server, int requests)
    {
        while (server.Model.Requests.Count < requests) await Task.Delay(5, TestContext.Current.CancellationToken);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Held(Task gate, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        yield return new(ChatRole.Assistant, "Done.") { FinishReason = ChatFinishReason.Stop };
    }
}
