using System.Globalization;
using Microsoft.Data.Sqlite;
using Turnpike.Hosts.Tests.Storage;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Nodes are replaced one after the other: one of today reads what one of tomorrow keeps, which has members that are not known yet.</summary>
public sealed class RowsOfNewerPrograms : IDisposable
{
    private readonly string _folder = TestFolder.New();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Are_read_and_worked_with_as_far_as_they_are_known()
    {
        string conversation, turn, key, again;
        await using (var before = new RunningServer(null, ("TURNPIKE_DATA", _folder)))
        {
            foreach (var (path, body) in Things) using (var made = await before.CurlAsync(path, body)) Assert.True(made.IsSuccessStatusCode, $"{path}: {await made.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            using (var tests = await before.SendAsync(HttpMethod.Put, "/api/prompts/guide/tests", """{"cases":[{"name":"a","content":"Hi","expect":[{"contains":"H"}]}]}""")) Assert.Equal(200, (int)tests.StatusCode);
            using (var draft = await before.SendAsync(HttpMethod.Put, "/api/prompts/guide/draft", """{"key":"guide","messages":[{"role":"system","content":"Later"}]}""")) Assert.Equal(200, (int)draft.StatusCode);
            using (var rows = await before.CurlAsync("/api/prompts/guide/tests/run", "{}")) Assert.Equal(200, (int)rows.StatusCode);
            var ran = await before.TurnAsync(new { prompt = "guide", project = "docs", content = "Hi", resources = new[] { new { kind = "note", text = "Kept", policy = "sticky" } } });
            (conversation, turn) = (ran.GetProperty("conversation").GetString()!, ran.GetProperty("id").GetString()!);
            using var issued = await before.CurlAsync("/api/keys", """{"name":"root","scopes":["admin"],"limits":{"requestsPerMinute":1000}}""");
            key = (await before.JsonAsync(issued)).GetProperty("key").GetString()!;
        }
        Assert.True(AddMembers() > 10);

        await using var after = new RunningServer(null, ("TURNPIKE_DATA", _folder));
        after.Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        foreach (var path in (string[])["projects", "projects/docs", "projects/docs/effective", "rules", "tags", "prompts", "prompts/guide", "prompts/guide/versions", "prompts/guide/draft", "prompts/guide/tests", "prompts/guide/tests/report", "tools/servers", "keys", "audit",
            $"conversations/{conversation}", $"conversations/{conversation}/turns", $"conversations/{conversation}/resources", $"conversations/{conversation}/variables", $"turns/{turn}", $"turns/{turn}/request", $"turns/{turn}/trace", $"turns/{turn}/events"])
        {
            using var read = await after.SendAsync(HttpMethod.Get, "/api/" + path);
            Assert.True(read.IsSuccessStatusCode, $"{path}: {await read.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
        using (var repeated = await after.CurlAsync($"/api/turns/{turn}/regenerate", "{}")) again = (await after.JsonAsync(repeated)).GetProperty("status").GetString()!;
        Assert.Equal("completed", again);
        Assert.Contains("Be kind to Oslo.", after.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.Contains(after.Model.Last.Transcript, text => text.Contains("Kept", StringComparison.Ordinal));
    }

    private static (string Path, string Body)[] Things =>
    [
        ("/api/rules", """{"name":"mind","content":"Mind it.","tags":["care"]}"""),
        ("/api/projects", """{"id":"docs","name":"Docs","variables":{"city":"Oslo"},"rules":["mind"]}"""),
        ("/api/prompts?project=docs", """{"key":"guide","messages":[{"role":"system","content":"Be kind to {{city}}."}],"variables":[{"name":"city"}]}"""),
        ("/api/tools/servers", """{"name":"away","url":"http://127.0.0.1:9/mcp"}"""),
    ];

    /// <summary>Puts a member that nobody knows into each object that is kept as text or bytes of JSON.</summary>
    private int AddMembers()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "turnpike.db")};Pooling=False");
        connection.Open();
        var columns = new List<(string Table, string Column)>();
        using (var list = connection.CreateCommand())
        {
            list.CommandText = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name IN ('json', 'request', 'trace')";
            using var rows = list.ExecuteReader();
            while (rows.Read()) columns.Add((rows.GetString(0), rows.GetString(1)));
        }
        var changed = 0;
        foreach (var (table, column) in columns)
        {
            using var add = connection.CreateCommand();
            add.CommandText = string.Create(CultureInfo.InvariantCulture, $"UPDATE {table} SET {column} = CASE typeof({column}) WHEN 'blob' THEN CAST(json_insert(CAST({column} AS TEXT), '$.later', 1) AS BLOB) ELSE json_insert({column}, '$.later', 1) END WHERE json_valid(CAST({column} AS TEXT)) AND json_type(CAST({column} AS TEXT)) = 'object'");
            changed += add.ExecuteNonQuery();
        }
        return changed;
    }
}
