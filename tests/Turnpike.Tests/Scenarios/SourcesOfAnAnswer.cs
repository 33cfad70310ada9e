using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>What a model names as its sources stays with the words that it said.</summary>
public sealed class SourcesOfAnAnswer
{
    [Fact]
    public async Task They_are_kept_with_the_text_and_not_sent_again_as_text()
    {
        await using var road = new Road();
        road.Model.Answers((_, stop) => ScriptedModel.Updates([
            new(ChatRole.Assistant, [new TextReasoningContent("Look it up.")]),
            new(ChatRole.Assistant, "The harbour "),
            new(ChatRole.Assistant, [new TextContent("is open.") { Annotations = [new CitationAnnotation { Title = "Hours", Url = new("https://example.org/hours"), AnnotatedRegions = [new TextSpanAnnotatedRegion { StartIndex = 4, EndIndex = 11 }] }] }]),
            new(ChatRole.Assistant, (string?)null) { FinishReason = ChatFinishReason.Stop },
        ], stop)).Says("Until nine.");
        var first = await road.RunAsync("Is it open?");
        var kept = (await road.Get<ITurnStore>().FindAsync(first.Id, TestContext.Current.CancellationToken))!;
        var json = JsonSerializer.Serialize(kept, TurnpikeJson.Relaxed.Turn);
        Assert.Contains("""{"type":"text","text":"The harbour is open.","citations":[{"url":"https://example.org/hours","title":"Hours","start":4,"end":11}]}""", json, StringComparison.Ordinal);
        var read = JsonSerializer.Deserialize(json, TurnpikeJson.Relaxed.Turn)!;
        Assert.Contains(read.Messages.SelectMany(message => message.Contents).OfType<TextContent>(), text => text.Annotations is [CitationAnnotation { Title: "Hours" }]);

        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Until when?" });
        Assert.Equal(["Is it open?", "The harbour is open.", "Until when?"], road.Model.Last.Messages.Select(message => message.Text));
    }

    [Theory]
    [InlineData("""[1, {"url": 5}, {"url": "https://example.org", "start": "x", "end": 2}]""")]
    [InlineData("\"none\"")]
    public void Those_of_a_file_that_was_made_elsewhere_may_be_anything(string citations)
    {
        var message = JsonSerializer.Deserialize($$"""[{"role":"assistant","content":[{"type":"text","text":"Yes.","citations":{{citations}}}]}]""", TurnpikeJson.Relaxed.IReadOnlyListChatMessage)![0];
        Assert.Equal("Yes.", message.Text);
    }
}
