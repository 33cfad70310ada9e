using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What is left of prompts when what named them is deleted, in the databases.</summary>
internal static class ForgottenPrompts
{
    private static readonly DateTimeOffset Noon = new(2025, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static Prompt Inline(string body)
    {
        var prompt = new Prompt { Key = "", Body = body };
        return prompt with { Hash = PromptHash.Of(prompt) };
    }

    /// <param name="stores">Empty stores.</param>
    /// <param name="count">How many contents of prompts the database holds.</param>
    public static async Task CheckAsync(IServiceProvider stores, Func<long> count)
    {
        var (conversations, turns, prompts) = (stores.GetRequiredService<IConversationStore>(), stores.GetRequiredService<ITurnStore>(), stores.GetRequiredService<IPromptStore>());
        var saved = await prompts.SaveAsync(new() { Key = "saved", Body = "Stays." }, null, TestContext.Current.CancellationToken);
        foreach (var (id, prompt) in ((string, Prompt)[])[("conv_1", Inline("Shared.")), ("conv_2", Inline("Shared.")), ("conv_3", saved)]) await conversations.AddAsync(new() { Id = id, Prompt = prompt, CreatedAt = Noon, UpdatedAt = Noon }, TestContext.Current.CancellationToken);
        Assert.Equal(2, count());
        Assert.Equal("Shared.", (await conversations.FindAsync("conv_2", TestContext.Current.CancellationToken))!.Prompt!.Body);

        await conversations.DeleteAsync("conv_1", TestContext.Current.CancellationToken);
        await conversations.DeleteAsync("conv_3", TestContext.Current.CancellationToken);
        Assert.Equal(2, count()); // another conversation and a version name them
        await conversations.UpdateAsync("conv_2", now => now with { Prompt = Inline("Instead.") }, TestContext.Current.CancellationToken);
        Assert.Equal(2, count());

        await BeginAsync(turns, "turn_1", null, (await conversations.FindAsync("conv_2", TestContext.Current.CancellationToken))!, Inline("Next."));
        Assert.Equal(2, count()); // nothing had run the one before
        await BeginAsync(turns, "turn_2", "turn_1", (await conversations.FindAsync("conv_2", TestContext.Current.CancellationToken))!, Inline("Last."));
        Assert.Equal(3, count()); // a turn ran the one before
        await conversations.DeleteAsync("conv_2", TestContext.Current.CancellationToken);
        Assert.Equal(1, count());
        Assert.Equal("Stays.", (await prompts.FindAsync("saved", null, TestContext.Current.CancellationToken))!.Body);
    }

    private static async Task BeginAsync(ITurnStore turns, string id, string? parent, Conversation opened, Prompt prompt)
    {
        TurnEvent Placed(TurnEvent happened, long sequence)
        {
            happened.Place(id, opened.Id, sequence, Noon);
            return happened;
        }

        var turn = new Turn { Id = id, Conversation = opened.Id, Parent = parent, Status = TurnStatus.Running, Model = "m", Messages = [new(ChatRole.User, "Hi")], Prompt = new(null, null, prompt.Hash!), CreatedAt = Noon };
        Assert.Null(await turns.BeginAsync(new()
        {
            Turn = turn,
            Opened = opened,
            Conversation = opened with { Head = id, Prompt = prompt },
            OnHead = true,
            Request = "{}"u8.ToArray(),
            Trace = [],
            Started = Placed(new TurnStarted { Model = "m" }, 1),
            Node = "node_1",
            LeaseUntil = Noon,
        }, TestContext.Current.CancellationToken));
        Assert.True(await turns.EndAsync(turn with { Status = TurnStatus.Completed, EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, 2), TestContext.Current.CancellationToken));
    }
}
