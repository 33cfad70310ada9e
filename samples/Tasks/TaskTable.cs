using Microsoft.Data.Sqlite;
using Turnpike.Turns.Resources;

namespace Tasks;

/// <summary>Lets rows of an existing "tasks" table be attached to turns: <c>{"kind": "task", "ref": "7"}</c>.</summary>
public sealed class TaskTable(string connectionString) : IResourceLoader
{
    /// <summary>What resources of this table are called.</summary>
    public string Kind => "task";

    /// <summary>Reads a task; null when there is none with this number.</summary>
    public async ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var query = connection.CreateCommand();
        query.CommandText = "SELECT title, state, notes, changed FROM tasks WHERE id = @id";
        query.Parameters.AddWithValue("@id", source.Resource.Ref);
        await using var row = await query.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return null;
        var version = row.GetString(3);
        if (version == source.Version) return ResourceContent.Unchanged; // with the policy "refresh" it is asked for each turn
        return new() { Title = row.GetString(0), Text = $"State: {row.GetString(1)}\n{row.GetString(2)}", Version = version };
    }
}
