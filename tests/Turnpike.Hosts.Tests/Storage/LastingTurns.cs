using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>A turn whose end cannot be written ends without what is to blame, instead of being tried for ever.</summary>
public sealed class LastingTurns() : StoreContract(StoreSet.Sqlite())
{
    private static JsonElement Deep(int levels) => JsonElement.Parse(new string('[', levels) + new string(']', levels), new() { MaxDepth = 1000 });

    private async Task<Turn> CutAsync(string id)
    {
        var kept = (await Stores.Turns.FindAsync(id, Cancellation))!;
        Assert.Equal("turn_cut", Assert.Single(kept.Warnings).Code);
        Assert.Empty(await Stores.Turns.LapsedAsync(Noon.AddDays(1), Cancellation));
        return kept;
    }

    [Fact]
    public async Task When_its_node_went_away()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        var sequence = 1;
        foreach (var happened in (TurnEvent[])[new StepStarted { Step = 1, Model = "m" }, new TextDelta { Text = "I look.", Step = 1 }, new ToolCall { CallId = "c", Name = "f", Arguments = "{}", Step = 1 }, new ToolResult { CallId = "c", Result = Deep(252) }])
            await Stores.Log.AppendAsync(Placed(happened, "turn_1", ++sequence), Cancellation);
        Assert.Equal(["turn_1"], await Stores.Turns.SweepAsync(Noon.AddSeconds(16), Noon.AddSeconds(20), Cancellation));
        var kept = await CutAsync("turn_1");
        Assert.Equal((TurnStatus.Interrupted, "I look."), (kept.Status, kept.Answer));
        Assert.Equal(["user", "assistant"], kept.Messages.Select(message => message.Role.Value));
    }

    [Fact]
    public async Task When_it_is_ended()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        var turn = beginning.Turn with { Status = TurnStatus.Completed, Answer = "Done.", Messages = [.. beginning.Turn.Messages, new(ChatRole.Assistant, [ToolValues.Call("c", "f", JsonElement.Parse($$"""{"a":{{Deep(300).GetRawText()}}}""", new() { MaxDepth = 1000 }))])], EndedAt = Noon.AddSeconds(1) };
        Assert.True(await Stores.Turns.EndAsync(turn, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation));
        Assert.Equal("Done.", (await CutAsync("turn_1")).Answer);
    }
}
