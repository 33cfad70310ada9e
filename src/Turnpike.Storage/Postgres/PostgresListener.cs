using Microsoft.Extensions.Logging;
using Npgsql;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Postgres;

/// <summary>
/// Hears what other nodes tell, on a connection of its own. When the connection was lost, everything may have changed. Whatever keeps it from hearing, it tries again until it is closed: until
/// then it says that it hears nobody, so that others look for themselves.
/// </summary>
internal sealed partial class PostgresListener : IAsyncDisposable
{
    private const int Most = 10; // times as long as at first, at last
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);
    private readonly NpgsqlDataSource _source;
    private readonly StoreChanges _changes;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _listening;

    public PostgresListener(NpgsqlDataSource source, StoreChanges changes, ILogger logger)
    {
        (_source, _changes, _logger) = (source, changes, logger);
        _listening = Task.Run(ListenAsync);
    }

    private async Task ListenAsync()
    {
        for (var tries = 1; !_closing.IsCancellationRequested; tries++)
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
                tries = 0;
                _changes.Tell(new(StoreChange.Everything, ""));
                while (true) await connection.WaitAsync(_closing.Token);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) // a password that changed or a database that is being restored, too: it may come right
            {
                _changes.HearsOthers = false;
                if (!PostgresErrors.Away(error)) Deaf(error.Message);
                await Task.Delay(Again * Math.Clamp(tries, 1, Most), _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _listening;
        _closing.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Other nodes cannot be heard; it is tried again, and until then changes are looked for from time to time: {Why}")]
    private partial void Deaf(string why);
}
