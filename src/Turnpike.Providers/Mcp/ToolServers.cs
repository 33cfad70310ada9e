using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Web;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// The MCP servers: those of the settings and those that were added, here or on another node. Each is connected when its tools are asked for first. What was added is
/// read again as soon as a change is told of; where nobody tells, at most a second late.
/// </summary>
public sealed partial class ToolServers : IToolSources, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Untold = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, McpToolSource> _sources = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _configured = new(StringComparer.OrdinalIgnoreCase);
    private readonly IToolServerStore _store;
    private readonly IStoreChanges _changes;
    private readonly McpOptions _options;
    private readonly GuardedClient _web;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly IDisposable _listening;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile IReadOnlyList<IToolSource> _now = [];
    private volatile bool _loaded;
    private volatile bool _stale;
    private volatile bool _closed;
    private long _readAt;
    private int _following;

    /// <summary>Makes the sources of the settings; connects to nobody.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: a server of the settings cannot be one.</exception>
    public ToolServers(IToolServerStore store, IStoreChanges changes, IOptions<McpOptions> options, GuardedClient web, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(options);
        (_store, _changes, _options, _web, _time, _loggers, _logger) = (store, changes, options.Value, web, time, loggers, loggers.CreateLogger<ToolServers>());
        foreach (var (server, i) in _options.ToolServers.Select((entry, i) => (entry.ToServer(), i)))
        {
            Check(server, i);
            _configured.Add(server.Name);
            _sources[server.Name] = Source(server);
        }
        Publish();
        _listening = changes.Listen(Hear);
    }

    /// <inheritdoc/>
    public IReadOnlyList<IToolSource> Now
    {
        get
        {
            if (!_loaded) ReadAsync(CancellationToken.None).GetAwaiter().GetResult();
            else if ((_stale || !_changes.HearsOthers) && _time.GetElapsedTime(Volatile.Read(ref _readAt)) >= Untold) Follow();
            return _now;
        }
    }

    /// <summary>Reads the servers that were added in earlier runs, and begins to connect to all without waiting for any.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        foreach (var source in _sources.Values) source.Begin();
    }

    /// <summary>Every server with how it is, in order of their names.</summary>
    public async Task<IReadOnlyList<(ToolServer Server, ToolSourceHealth Health, bool Configured)>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await AllAsync(cancellationToken)).Select(source => (source.Server, source.Health, _configured.Contains(source.Name)))];

    /// <summary>Adds a server, or changes the one with its name. A header or variable that is sent as it is shown, <c>•••</c>, stays what it is.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="TurnException"><c>request_invalid</c>: also where <c>•••</c> stands for nothing that is kept, or for what was meant for another server.</exception>
    public async Task<bool> SaveAsync(ToolServer server, CancellationToken cancellationToken)
    {
        ToolServerRules.Check(server);
        if (_configured.Contains(server.Name)) throw OfSettings(server.Name);
        var before = await ChangeAsync(async () =>
        {
            var known = _sources.GetValueOrDefault(server.Name);
            var whole = MaskedValues.Fill(server, known?.Server);
            await _store.SaveAsync(whole, cancellationToken);
            _sources[server.Name] = Source(whole);
            return known;
        }, cancellationToken);
        return before is null;
    }

    /// <summary>Whether a server is trusted already as it is sent: the one with its name is, and is at the same place or the same program.</summary>
    internal async Task<bool> IsTrustedAsync(ToolServer sent, CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        return _sources.TryGetValue(sent.Name, out var known) && known.Server is { Trusted: true } kept && kept.Transport == sent.Transport && kept.Url == sent.Url && kept.Command == sent.Command && kept.Args.SequenceEqual(sent.Args);
    }

    /// <summary>Takes a server away; false when there is none.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: it stands in the settings.</exception>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (_configured.Contains(name)) throw OfSettings(name);
        return await ChangeAsync(async () =>
        {
            if (!_sources.ContainsKey(name)) return null;
            await _store.DeleteAsync(name, cancellationToken);
            _sources.TryRemove(name, out var gone);
            return gone;
        }, cancellationToken) is not null;
    }

    /// <summary>Connects to a server anew and tells how it is; null when there is none.</summary>
    public async Task<ToolSourceHealth?> TestAsync(string name, CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        return _sources.TryGetValue(name, out var source) ? await source.TestAsync(cancellationToken) : null;
    }

    /// <summary>All servers, in order of their names.</summary>
    internal async Task<IReadOnlyList<McpToolSource>> AllAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        return [.. _sources.Values.OrderBy(source => source.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return; // it is registered twice
        _closed = true;
        _listening.Dispose();
        await _changing.WaitAsync(); // whoever reads at this moment comes to an end
        _changing.Release();
        await Task.WhenAll(_sources.Values.Select(source => source.DisposeAsync().AsTask()));
        _changing.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for a provider of services that is disposed without waiting.</summary>
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    /// <summary>Changes one server while nobody else does; what it was before is closed.</summary>
    private async Task<McpToolSource?> ChangeAsync(Func<Task<McpToolSource?>> change, CancellationToken cancellationToken)
    {
        List<McpToolSource> gone = [];
        McpToolSource? before;
        await _changing.WaitAsync(cancellationToken);
        try
        {
            gone.AddRange(await ReadAloneAsync(cancellationToken));
            using var home = OrganizationScope.Enter(null); // they belong to the whole installation
            if ((before = await change()) is not null) gone.Add(before);
            Publish();
        }
        finally
        {
            _changing.Release();
        }
        foreach (var source in gone) await source.DisposeAsync();
        return before;
    }

    private static void Check(ToolServer server, int place)
    {
        try
        {
            ToolServerRules.Check(server);
        }
        catch (TurnException error)
        {
            throw new TurnException(error.Code, $"Turnpike:ToolServers:{place}: {error.Message}", error) { Field = error.Field };
        }
    }

    private McpToolSource Source(ToolServer server) => new(server, _options, _web, _time, _loggers);

    private void Publish() => _now = [.. _sources.Values.OrderBy(source => source.Name, StringComparer.OrdinalIgnoreCase)];

    private static TurnException OfSettings(string name) => new(TurnErrorCode.RequestInvalid, $"Tool server \"{name}\" stands in the settings (Turnpike:ToolServers); change it there.") { Field = "name" };
}
