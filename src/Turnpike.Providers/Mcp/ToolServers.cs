using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Web;

namespace Turnpike.Providers.Mcp;

/// <summary>The MCP servers: those of the settings and those that were added. Each is connected when its tools are asked for first.</summary>
public sealed class ToolServers : IToolSources, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, McpToolSource> _sources = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _configured = new(StringComparer.OrdinalIgnoreCase);
    private readonly IToolServerStore _store;
    private readonly McpOptions _options;
    private readonly GuardedClient _web;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile IReadOnlyList<IToolSource> _now = [];
    private volatile bool _loaded;

    /// <summary>Makes the sources of the settings; connects to nobody.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: a server of the settings cannot be one.</exception>
    public ToolServers(IToolServerStore store, IOptions<McpOptions> options, GuardedClient web, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_store, _options, _web, _time, _loggers) = (store, options.Value, web, time, loggers);
        foreach (var server in _options.ToolServers.Select(entry => entry.ToServer()))
        {
            ToolServerRules.Check(server);
            _configured.Add(server.Name);
            _sources[server.Name] = Source(server);
        }
        Publish();
    }

    /// <inheritdoc/>
    public IReadOnlyList<IToolSource> Now
    {
        get
        {
            if (!_loaded) LoadAsync(CancellationToken.None).GetAwaiter().GetResult();
            return _now;
        }
    }

    /// <summary>Reads the servers that were added in earlier runs, and begins to connect to all without waiting for any.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        foreach (var source in _sources.Values) source.Begin();
    }

    /// <summary>Every server with how it is, in order of their names.</summary>
    public async Task<IReadOnlyList<(ToolServer Server, ToolSourceHealth Health, bool Configured)>> ListAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return [.. _sources.Values.OrderBy(source => source.Name, StringComparer.OrdinalIgnoreCase).Select(source => (source.Server, source.Health, _configured.Contains(source.Name)))];
    }

    /// <summary>Adds a server, or changes the one with its name.</summary>
    /// <returns>Whether it is new.</returns>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public async Task<bool> SaveAsync(ToolServer server, CancellationToken cancellationToken)
    {
        ToolServerRules.Check(server);
        if (_configured.Contains(server.Name)) throw OfSettings(server.Name);
        await LoadAsync(cancellationToken);
        await _store.SaveAsync(server, cancellationToken);
        var fresh = Source(server);
        var before = _sources.GetValueOrDefault(server.Name);
        _sources[server.Name] = fresh;
        Publish();
        if (before is not null) await before.DisposeAsync();
        return before is null;
    }

    /// <summary>Takes a server away; false when there is none.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: it stands in the settings.</exception>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (_configured.Contains(name)) throw OfSettings(name);
        await LoadAsync(cancellationToken);
        if (!_sources.TryRemove(name, out var source)) return false;
        await _store.DeleteAsync(name, cancellationToken);
        Publish();
        await source.DisposeAsync();
        return true;
    }

    /// <summary>Connects to a server anew and tells how it is; null when there is none.</summary>
    public async Task<ToolSourceHealth?> TestAsync(string name, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return _sources.TryGetValue(name, out var source) ? await source.TestAsync(cancellationToken) : null;
    }

    /// <summary>All servers, in order of their names.</summary>
    internal async Task<IReadOnlyList<McpToolSource>> AllAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return [.. _sources.Values.OrderBy(source => source.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_sources.Values.Select(source => source.DisposeAsync().AsTask()));
        _changing.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (_loaded) return;
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_loaded) return;
            using var home = OrganizationScope.Enter(null); // they belong to the whole installation
            foreach (var server in await _store.ListAsync(cancellationToken)) _sources.TryAdd(server.Name, Source(server));
            Publish();
            _loaded = true;
        }
        finally
        {
            _changing.Release();
        }
    }

    private McpToolSource Source(ToolServer server) => new(server, _options, _web, _time, _loggers);

    private void Publish() => _now = [.. _sources.Values.OrderBy(source => source.Name, StringComparer.OrdinalIgnoreCase)];

    private static TurnException OfSettings(string name) => new(TurnErrorCode.RequestInvalid, $"Tool server \"{name}\" stands in the settings (Turnpike:ToolServers); change it there.") { Field = "name" };
}
