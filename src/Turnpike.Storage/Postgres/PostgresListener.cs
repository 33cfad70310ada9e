using Npgsql;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Postgres;

/// <summary>Hears what other nodes tell, on a connection of its own. When the connection was lost, everything may have changed.</summary>
internal sealed class PostgresListener : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);
    private readonly NpgsqlDataSource _source;
    private readonly StoreChanges _changes;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _listening;

    public PostgresListener(NpgsqlDataSource source, StoreChanges changes)
    {
        (_source, _changes) = (source, changes);
        _listening = Task.Run(ListenAsync);
    }

    private async Task ListenAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(_closing.Token);
                connection.Notification += (_, told) =>
                {
                    foreach (var change in PostgresNews.Read(told.Payload)) _changes.Tell(change);
                };
                await using (var listen = new NpgsqlCommand("LISTEN " + PostgresNews.Channel, connection)) await listen.ExecuteNonQueryAsync(_closing.Token);
                _changes.HearsOthers = true;
                _changes.Tell(new(StoreChange.Everything, ""));
                while (true) await connection.WaitAsync(_closing.Token);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (PostgresErrors.Away(error) || error is InvalidOperationException or OperationCanceledException)
            {
                _changes.HearsOthers = false;
                await Task.Delay(Again, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _listening;
        _closing.Dispose();
    }
}
