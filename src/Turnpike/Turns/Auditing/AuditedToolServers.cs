using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Auditing;

/// <summary>Tool servers whose changes are on record.</summary>
internal sealed class AuditedToolServers(IToolServerStore inner, AuditDesk desk) : IToolServerStore
{
    public Task<IReadOnlyList<ToolServer>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    public async Task SaveAsync(ToolServer server, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        await inner.SaveAsync(server, cancellationToken);
        await desk.TellAsync("saveToolServer", AuditDesk.Path("tools", "servers", server.Name));
    }

    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (!await inner.DeleteAsync(name, cancellationToken)) return false;
        await desk.TellAsync("deleteToolServer", AuditDesk.Path("tools", "servers", name));
        return true;
    }
}
