using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Tool servers, in a database; sealed, since their headers and variables are secrets more often than not.</summary>
internal sealed class SqlToolServerStore(SqlDatabase database, ISecretBox secrets) : IToolServerStore
{
    private const string Purpose = "tool-server";

    public Task<IReadOnlyList<ToolServer>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<ToolServer>>(async session => await session.QueryAsync(ToolServerSql.List, row => Open(row.GetString(0), row.GetString(1))), cancellationToken);

    public Task SaveAsync(ToolServer server, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        return database.WriteAsync(async session =>
        {
            session.Tell(StoreChange.ToolServers, "");
            return await session.ExecuteAsync(ToolServerSql.Save, ("@place", Place(server.Name)), ("@json", secrets.Seal(JsonSerializer.Serialize(server, TurnpikeJson.Relaxed.ToolServer), Purpose)));
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        if (await session.ExecuteAsync(ToolServerSql.Delete, ("@place", Place(name))) == 0) return false;
        session.Tell(StoreChange.ToolServers, "");
        return true;
    }, cancellationToken);

    /// <summary>A server; of one whose key is not here the name, as its place tells it.</summary>
    private ToolServer Open(string text, string place) => secrets.TryOpen(text, Purpose) is { } json ? KeptJson.Read(json, TurnpikeJson.Relaxed.ToolServer)! : new() { Name = place, Unreadable = true };

    private static string Place(string name) => name.ToLowerInvariant();
}
