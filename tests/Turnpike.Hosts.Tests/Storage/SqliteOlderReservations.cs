using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Storage;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What a program reserved that did not note for whom.</summary>
public sealed class SqliteOlderReservations : SqliteTests
{
    [Fact]
    public async Task It_is_released_once_no_organization_has_the_turn()
    {
        var services = new ServiceCollection();
        services.AddTurnpike();
        await using var program = services.AddTurnpikeSqlite(FilePath).BuildServiceProvider();
        using (OrganizationScope.Enter("acme")) await program.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_theirs") with { Node = "other", LeaseUntil = TimeProvider.System.GetUtcNow().AddDays(1) }, Cancellation);
        Run("INSERT INTO key_turns (turn, key, periods, tokens, cost, runs) VALUES ('turn_gone', 'key_1', 'running', 1, 1, 1), ('turn_theirs', 'key_1', 'running', 1, 1, 1)");
        await program.GetRequiredService<TurnRunner>().TendAsync(Cancellation);
        Assert.Equal(1, Ask("SELECT count(*) FROM key_turns WHERE turn = 'turn_theirs'"));
        Assert.Equal(0, Ask("SELECT count(*) FROM key_turns WHERE turn = 'turn_gone'"));
    }
}
