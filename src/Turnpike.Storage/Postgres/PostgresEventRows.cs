using System.Buffers;
using Npgsql;
using NpgsqlTypes;
using Turnpike.Storage.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Postgres;

/// <summary>
/// The statement that writes the events of many turns: each log moves on only where it ends at the number that the events follow on, and the turn runs.
/// </summary>
internal sealed class PostgresEventRows
{
    private const string Sql = """
        WITH given AS (
            SELECT * FROM unnest(@turn, @expected, @last, @first, @type, @at, @data, @moves) AS g (turn, expected, last, first, type, at, data, moves)
        ), held AS (
            SELECT r.turn, r.last, r.first, r.type, r.at, r.data, g.moves FROM running r JOIN given g ON g.turn = r.turn AND g.expected = r.last FOR UPDATE OF r
        ), advanced AS (
            UPDATE running r SET last = g.last, first = g.first, type = g.type, at = g.at, data = convert_from(g.data, 'UTF8')
            FROM given g JOIN held h ON h.turn = g.turn WHERE r.turn = g.turn
        ), moved AS (
            INSERT INTO events (turn, last, first, type, at, data)
            SELECT turn, last, first, type, at, data FROM held WHERE moves AND data IS NOT NULL
            UNION ALL
            SELECT e.turn, e.last, e.first, e.type, e.at, convert_from(e.data, 'UTF8')
            FROM unnest(@rowTurn, @rowLast, @rowFirst, @rowType, @rowAt, @rowData) AS e (turn, last, first, type, at, data) JOIN held h ON h.turn = e.turn
        )
        SELECT turn FROM held
        """;

    private const string Ends = "SELECT turn, last FROM running WHERE turn = ANY (@turn)";

    private readonly LogChange[] _changes;
    private readonly EventRow?[] _gathered;

    public PostgresEventRows(LogChange[] changes, ArrayBufferWriter<byte> buffer)
    {
        _changes = changes;
        _gathered = [.. changes.Select(change => change.Finish(buffer))];
    }

    /// <summary>Writes and marks what was kept.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="again">Whether it was tried before, and may have been kept without our hearing of it.</param>
    public async Task WriteAsync(NpgsqlConnection connection, bool again)
    {
        if (again) await CompareAsync(connection);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Rows());
        batch.BatchCommands.Add(News());
        var kept = new HashSet<string>(StringComparer.Ordinal);
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) kept.Add(reader.GetString(0));
            while (await reader.NextResultAsync()) { }
        }
        foreach (var change in _changes) change.IsKept |= kept.Contains(change.Turn);
        if (again && !_changes.All(change => change.IsKept)) await CompareAsync(connection); // the first try may have been committed only while this one waited for its rows
    }

    private NpgsqlBatchCommand Rows()
    {
        var indexes = Enumerable.Range(0, _changes.Length).Where(i => !_changes[i].IsKept).ToArray();
        var rows = indexes.SelectMany(i => _changes[i].Rows.Select(row => (_changes[i].Turn, Row: row))).ToArray();
        var command = new NpgsqlBatchCommand(Sql);
        Add(command, "@turn", NpgsqlDbType.Text, indexes.Select(i => _changes[i].Turn).ToArray());
        Add(command, "@expected", NpgsqlDbType.Bigint, indexes.Select(i => _changes[i].Expected).ToArray());
        Add(command, "@last", NpgsqlDbType.Bigint, indexes.Select(i => _changes[i].Last).ToArray());
        Add(command, "@first", NpgsqlDbType.Bigint, indexes.Select(i => _gathered[i]?.First).ToArray());
        Add(command, "@type", NpgsqlDbType.Text, indexes.Select(i => _gathered[i]?.Type).ToArray());
        Add(command, "@at", NpgsqlDbType.Bigint, indexes.Select(i => _gathered[i]?.At).ToArray());
        Add(command, "@data", NpgsqlDbType.Bytea, indexes.Select(i => _gathered[i]?.Data.ToArray()).ToArray());
        Add(command, "@moves", NpgsqlDbType.Boolean, indexes.Select(i => _changes[i].Moves).ToArray());
        Add(command, "@rowTurn", NpgsqlDbType.Text, rows.Select(row => row.Turn).ToArray());
        Add(command, "@rowLast", NpgsqlDbType.Bigint, rows.Select(row => row.Row.Last).ToArray());
        Add(command, "@rowFirst", NpgsqlDbType.Bigint, rows.Select(row => row.Row.First).ToArray());
        Add(command, "@rowType", NpgsqlDbType.Text, rows.Select(row => row.Row.Type).ToArray());
        Add(command, "@rowAt", NpgsqlDbType.Bigint, rows.Select(row => row.Row.At).ToArray());
        Add(command, "@rowData", NpgsqlDbType.Bytea, rows.Select(row => row.Row.Data.ToArray()).ToArray());
        return command;
    }

    private NpgsqlBatchCommand News()
    {
        var command = new NpgsqlBatchCommand(PostgresNews.Tell);
        Add(command, "@messages", NpgsqlDbType.Text, PostgresNews.Messages(_changes.Select(change => new StoreChange(StoreChange.Turn, change.Turn))));
        return command;
    }

    private async Task CompareAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Ends, connection);
        command.Parameters.AddWithValue("@turn", NpgsqlDbType.Array | NpgsqlDbType.Text, _changes.Select(change => change.Turn).ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        var ends = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync()) ends[reader.GetString(0)] = reader.GetInt64(1);
        foreach (var change in _changes) change.IsKept |= ends.TryGetValue(change.Turn, out var last) && last == change.Last;
    }

    private static void Add(NpgsqlBatchCommand command, string name, NpgsqlDbType type, object values) => command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = values });
}
