using Microsoft.Extensions.AI;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Scenarios;

/// <summary>What a provider sealed with its reasoning goes back to it, in the same turn and in later ones.</summary>
public sealed class ReasoningOfAModel
{
    [Fact]
    public async Task Sealed_reasoning_is_sent_back_with_the_tool_result_and_with_the_next_turn()
    {
        await using var road = new Road(builder => builder.AddTool(() => "sun", "weather"));
        road.Model.Answers((_, stop) => ScriptedModel.Updates(
        [
            new(ChatRole.Assistant, [new TextReasoningContent("Let me ")]),
            new(ChatRole.Assistant, [new TextReasoningContent("see.")]),
            new(ChatRole.Assistant, [new TextReasoningContent("") { ProtectedData = "c2lnLTE=" }]),
            new(ChatRole.Assistant, [new TextReasoningContent("") { ProtectedData = "cmVkYWN0ZWQ=" }]),
            new(ChatRole.Assistant, [new FunctionCallContent("call_1", "weather", new Dictionary<string, object?>())]) { FinishReason = ChatFinishReason.ToolCalls },
        ], stop)).Says("Sunny.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Weather?", Tools = ["weather"] });
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "Thanks" });
        foreach (var request in road.Model.Requests.Skip(1))
        {
            var thoughts = request.Messages[1].Contents.OfType<TextReasoningContent>().Select(thought => (thought.Text, thought.ProtectedData));
            Assert.Equal([("Let me see.", "c2lnLTE="), ("", "cmVkYWN0ZWQ=")], thoughts);
        }
        var sealedDeltas = (await road.EventsAsync(turn.Id)).OfType<ReasoningDelta>().Where(delta => delta.Protected is not null).ToList();
        Assert.Equal([0, 1], sealedDeltas.Select(delta => delta.Block));
        var data = new System.Buffers.ArrayBufferWriter<byte>();
        TurnEventJson.WriteData(data, sealedDeltas[0]);
        Assert.Equal("c2lnLTE=", ((ReasoningDelta)TurnEventJson.Read(data.WrittenSpan)).Protected);
    }

    [Fact]
    public async Task A_refusal_is_marked_as_one()
    {
        await using var road = new Road();
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new TextContent("Well, ")]), new(ChatRole.Assistant, [new TextContent("no.") { AdditionalProperties = new() { ["refusal"] = true } }]) { FinishReason = ChatFinishReason.Stop }], stop));
        var turn = await road.RunAsync("Do it");
        Assert.Equal([("Well, ", false), ("no.", true)], (await road.EventsAsync(turn.Id)).OfType<TextDelta>().Select(delta => (delta.Text, delta.Refusal)));
        Assert.Equal("Well, no.", turn.Answer);
    }
}
