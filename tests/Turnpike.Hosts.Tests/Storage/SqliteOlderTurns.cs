using Microsoft.Extensions.DependencyInjection;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

public sealed class SqliteOlderTurns : SqliteTests
{
    [Fact]
    public async Task Turns_from_before_turns_were_searched_are_found_by_their_text()
    {
        await using (var earlier = Open()) await OlderTurns.KeepAsync(earlier, Beginning("turn"), Cancellation);
        Run(OlderTurns.Undo(postgres: false));
        await using (var program = Open()) await OlderTurns.AreFoundAsync(program, Cancellation);
        Assert.Equal(0, Ask("SELECT count(*) FROM older_turns"));
    }

    [Fact]
    public async Task A_program_that_was_closed_half_way_goes_on_at_its_next_start_and_counts_no_turn_twice()
    {
        await using (var earlier = Open()) await OlderTurns.KeepAsync(earlier, Beginning("turn"), Cancellation);
        Run("DELETE FROM conversation_search WHERE rowid IN (SELECT search_id FROM turns WHERE id > 'turn_2'); DELETE FROM waiting_words WHERE id IN (SELECT search_id FROM turns WHERE id > 'turn_2'); UPDATE turns SET search_id = NULL WHERE id > 'turn_2'; INSERT INTO older_turns VALUES ('turn_1')");
        await using (var program = Open()) await OlderTurns.AreFoundAsync(program, Cancellation);
        Assert.Equal(251, Ask("SELECT count(*) FROM conversation_search"));
    }

    [Fact]
    public async Task A_turn_that_cannot_be_read_keeps_no_other_from_being_found()
    {
        await using (var earlier = Open()) await OlderTurns.KeepAsync(earlier, Beginning("turn"), Cancellation);
        Run(OlderTurns.Undo(postgres: false) + "; UPDATE turns SET json = '{' WHERE id = 'turn_5'");
        await using var program = Open();
        await OlderTurns.AreFoundAsync(program, Cancellation);
    }

    [Fact]
    public async Task A_turn_that_ran_while_the_database_was_upgraded_is_found_once_it_has_ended()
    {
        await using (var earlier = Open())
        {
            await OlderTurns.KeepAsync(earlier, Beginning("turn"), Cancellation);
            await earlier.GetRequiredService<ITurnStore>().BeginAsync(Beginning("late"), Cancellation);
        }
        Run(OlderTurns.Undo(postgres: false));
        await using var program = Open();
        await OlderTurns.AreFoundAsync(program, Cancellation);
        Assert.True(await program.GetRequiredService<ITurnStore>().EndAsync(Beginning("late").Turn with { Status = TurnStatus.Completed, CleanedContent = "Lighthouses", EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "late", 2), Cancellation));
        Assert.Equal("conv_late", Assert.Single((await program.GetRequiredService<IConversationStore>().ListAsync(new() { Query = "lighthouses" }, Cancellation)).Data).Id);
    }

    [Fact]
    public async Task A_turn_whose_conversation_is_gone_is_found_in_no_other()
    {
        await using (var earlier = Open()) await OlderTurns.KeepAsync(earlier, Beginning("turn"), Cancellation);
        Run(OlderTurns.Undo(postgres: false) + "; UPDATE turns SET conversation = 'conv_gone' WHERE id = 'turn_5'");
        await using var program = Open();
        await OlderTurns.AreFoundAsync(program, Cancellation);
        Assert.Equal(250, Ask("SELECT count(*) FROM conversation_search"));
    }
}
