using System.Text.Json;
using Microsoft.Extensions.Logging;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Providers.Mcp;

/// <summary>How what others add and take away is heard of.</summary>
public sealed partial class ToolServers
{
    private void Hear(StoreChange change)
    {
        if (change.Topic is not (StoreChange.ToolServers or StoreChange.Everything)) return;
        _stale = true;
        if (_loaded) Follow();
    }

    /// <summary>Reads what was kept meanwhile, beside whoever asks.</summary>
    private void Follow()
    {
        if (!_closed && Interlocked.Exchange(ref _following, 1) == 0) _ = Task.Run(FollowAsync);
    }

    private async Task FollowAsync()
    {
        var isRead = false;
        try
        {
            await ReadAsync(CancellationToken.None);
            isRead = true;
        }
        catch (ObjectDisposedException)
        {
            // the program ends
        }
        catch (Exception error)
        {
            NotRead(error); // what was known still counts; whoever asks next tries again
        }
        finally
        {
            Volatile.Write(ref _following, 0);
        }
        if (isRead && _stale) Follow(); // told of another change meanwhile
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<McpToolSource> gone;
        await _changing.WaitAsync(cancellationToken);
        try
        {
            gone = await ReadAloneAsync(cancellationToken);
        }
        finally
        {
            _changing.Release();
        }
        foreach (var source in gone) await source.DisposeAsync();
    }

    /// <summary>Makes the sources what the store has; those that are not there any more, or differ, are given back to be closed.</summary>
    private async Task<IReadOnlyList<McpToolSource>> ReadAloneAsync(CancellationToken cancellationToken)
    {
        if (_closed) return [];
        using var home = OrganizationScope.Enter(null);
        _stale = false;
        Volatile.Write(ref _readAt, _time.GetTimestamp());
        Dictionary<string, ToolServer> kept;
        try
        {
            kept = (await _store.ListAsync(cancellationToken)).Where(server => !_configured.Contains(server.Name)).ToDictionary(server => server.Name, StringComparer.OrdinalIgnoreCase);
        }
        catch
        {
            _stale = true;
            throw;
        }
        McpToolSource[] gone = [.. _sources.Values.Where(source => !_configured.Contains(source.Name) && !(kept.TryGetValue(source.Name, out var same) && Says(same, source.Server)))];
        foreach (var source in gone) _sources.TryRemove(source.Name, out _);
        foreach (var server in kept.Values) if (!_sources.ContainsKey(server.Name)) _sources[server.Name] = Source(server);
        Publish();
        _loaded = true;
        return gone;
    }

    /// <summary>Whether two servers are the same in every member.</summary>
    private static bool Says(ToolServer one, ToolServer other) =>
        ReferenceEquals(one, other) || JsonSerializer.SerializeToUtf8Bytes(one, TurnpikeJson.Relaxed.ToolServer).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, TurnpikeJson.Relaxed.ToolServer));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The tool servers could not be read again; those that were known still count")]
    private partial void NotRead(Exception error);
}
