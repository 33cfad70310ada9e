using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>A database from before turns were searched, and what is found in it.</summary>
internal static class OlderTurns
{
    /// <summary>So many that they are given their words in several goes.</summary>
    private const int Count = 250;

    /// <summary>What takes a database back to before turns were searched.</summary>
    public static string Undo(bool postgres) => (postgres ? "" : "DROP TABLE conversation_words; DROP TABLE waiting_words; ") + "DROP TABLE conversation_search; DROP TABLE older_turns; DROP INDEX conversations_by_search; "
        + (postgres ? "" : "DROP INDEX turns_by_search; ALTER TABLE turns DROP COLUMN search_id; ")
        + string.Concat(((string[])["project", "pinned", "starred", "archived", "search_id"]).Select(column => $"ALTER TABLE conversations DROP COLUMN {column}; "))
        + "DELETE FROM schema_versions WHERE version IN (52, 53, 54, 55)";

    /// <summary>Keeps many turns of one conversation, each with a word of its own.</summary>
    public static async Task KeepAsync(ServiceProvider program, TurnBeginning beginning, CancellationToken cancellationToken)
    {
        var turns = Enumerable.Range(0, Count).Select(i => beginning with
        {
            Turn = beginning.Turn with { Id = $"turn_{i}", Conversation = "conv_old", Status = TurnStatus.Completed, CleanedContent = $"Question{i} of rain", Answer = $"Answer{i} of umbrellas", EndedAt = beginning.Turn.CreatedAt },
            Conversation = beginning.Conversation with { Id = "conv_old", Head = null },
            IsNewConversation = false,
            Started = Begun($"turn_{i}"),
        });
        await program.GetRequiredService<ITurnStore>().ImportAsync(new() { Conversations = [beginning.Conversation with { Id = "conv_old", Head = null, Title = "Weather" }], Turns = [.. turns] }, cancellationToken);
    }

    /// <summary>Asserts that all of them are found once the program has had the time, and stay so.</summary>
    public static async Task AreFoundAsync(ServiceProvider program, CancellationToken cancellationToken)
    {
        var conversations = program.GetRequiredService<IConversationStore>();
        await ((OrganizationDatabases)program.GetRequiredService<SqlDatabase>()).UpToDate.WaitAsync(cancellationToken);
        foreach (var words in (string[])["question0", "answer99 weather", "question100 answer249", "rain umbrellas"])
            Assert.Equal("conv_old", Assert.Single((await conversations.ListAsync(new() { Query = words }, cancellationToken)).Data).Id);
        Assert.Empty((await conversations.ListAsync(new() { Query = "question7 boats" }, cancellationToken)).Data);
    }

    private static TurnStarted Begun(string turn)
    {
        var started = new TurnStarted { Model = "builtin/echo" };
        started.Place(turn, "conv_old", 1, DateTimeOffset.UnixEpoch);
        return started;
    }
}
