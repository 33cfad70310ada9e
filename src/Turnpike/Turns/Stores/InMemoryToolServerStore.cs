using System.Collections.Concurrent;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Turns.Stores;

/// <summary>Tool servers, in memory.</summary>
internal sealed class InMemoryToolServerStore : IToolServerStore
{
    private readonly ConcurrentDictionary<string, ToolServer> _servers = new(StringComparer.OrdinalIgnoreCase);

    public Task<IReadOnlyList<ToolServer>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ToolServer>>([.. _servers.Values.OrderBy(server => server.Name, StringComparer.OrdinalIgnoreCase)]);

    public Task SaveAsync(ToolServer server, CancellationToken cancellationToken)
    {
        _servers[server.Name] = server;
        return Task.CompletedTask;
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_servers.TryRemove(name, out _));
}
