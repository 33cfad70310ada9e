using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
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

    private static RunningServer Booking() => new(services =>
    {
        services.AddTurnpike().AddTool(() => "Booked.", "book", "Books.");
        services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    });

    private static async Task<IReadOnlyList<JsonElement>> SendAsync(RunningServer server, string messages) => FaceCalls.Chunks(await server.LinesAsync("/api/chat", $$"""{"id":"k1","trigger":"submit-message","messages":[{{messages}}]{{Tools}}}"""));

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
