using Turnpike.Turns.Catalogs;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps the MCP servers that were added while the program ran.</summary>
public interface IToolServerStore
{
    /// <summary>All, in order of their names.</summary>
    Task<IReadOnlyList<ToolServer>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Keeps one, in place of the one with its name.</summary>
    Task SaveAsync(ToolServer server, CancellationToken cancellationToken);

    /// <summary>Forgets one; false when there is none.</summary>
    Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);
}
