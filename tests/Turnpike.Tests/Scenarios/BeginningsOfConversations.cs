using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A conversation that nobody has named is told from others by what was typed in it first.</summary>
public sealed class BeginningsOfConversations
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<string?> ListedAsync(Road road) => Assert.Single((await road.Get<IConversationStore>().ListAsync(new(), Cancellation)).Data).Beginning;

    [Fact]
    public async Task The_first_text_is_listed_without_its_commands_and_stays_when_others_follow()
    {
        await using var road = new Road();
        var first = await road.RunAsync("@.params.temp 0.2; Where is\nOslo?");
        Assert.Equal("Where is Oslo?", await ListedAsync(road));
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "And Bergen?" });
        Assert.Equal("Where is Oslo?", await ListedAsync(road));
    }

    [Fact]
    public async Task A_first_text_that_was_changed_is_listed_as_it_is_now()
    {
        await using var road = new Road();
        var first = await road.RunAsync("Where is Oslo?");
        await road.RunAsync(await road.Get<TurnBranches>().EditAsync(first.Id, "Where is Rome?", new(), Cancellation));
        Assert.Equal("Where is Rome?", await ListedAsync(road));
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(101, 100)]
    [InlineData(5000, 100)]
    public async Task A_long_text_is_cut_and_no_letter_in_half(int typed, int listed)
    {
        await using var road = new Road();
        await road.RunAsync(new string('x', typed));
        Assert.Equal(listed, (await ListedAsync(road))!.Length);
        await using var other = new Road();
        await other.RunAsync(new string('x', 98) + "😀😀😀");
        Assert.Equal(new string('x', 98) + "…", await ListedAsync(other));
    }

    [Fact]
    public async Task What_is_not_to_be_kept_is_not_listed_and_what_is_forgotten_is_listed_no_longer()
    {
        await using var road = new Road();
        var unstored = await road.RunAsync(new TurnRequest { Content = "Nobody hears this", Store = false });
        Assert.Null((await road.ConversationAsync(unstored.Conversation)).Beginning);
        Assert.Empty((await road.Get<IConversationStore>().ListAsync(new(), Cancellation)).Data);
        var second = await road.RunAsync(new TurnRequest { Conversation = unstored.Conversation, Content = "This may stay" });
        Assert.Equal("This may stay", await ListedAsync(road));
        Assert.True(await road.Get<ITurnStore>().ForgetAsync(second.Id, Cancellation));
        Assert.Null((await road.ConversationAsync(unstored.Conversation)).Beginning);
        Assert.Empty((await road.Get<IConversationStore>().ListAsync(new(), Cancellation)).Data);
    }
}
