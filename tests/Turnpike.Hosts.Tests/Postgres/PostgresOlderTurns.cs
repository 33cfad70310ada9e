using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Postgres;

public sealed class PostgresOlderTurns : PostgresTests
{
    [Fact]
    public async Task Turns_from_before_turns_were_searched_are_found_by_their_text_whichever_of_the_nodes_gives_them_their_words()
    {
        await using (var earlier = Open()) await OlderTurns.KeepAsync(earlier, Beginning("turn"), Cancellation);
        _ = Ask(OlderTurns.Undo(postgres: true));
        await using var program = Open();
        await using var other = Open();
        await Task.WhenAll(OlderTurns.AreFoundAsync(program, Cancellation), OlderTurns.AreFoundAsync(other, Cancellation));
        Assert.Equal(251L, Ask("SELECT count(*) FROM conversation_search"));
        Assert.Equal(0L, Ask("SELECT count(*) FROM older_turns"));
    }
}
