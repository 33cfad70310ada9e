using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Looking for calls whose time has run out costs what the turns that wait cost, however many calls were ever handed over.</summary>
public sealed partial class ManyOpenCalls : SqliteTests
{
    [Theory]
    [InlineData(OpenCallSql.Expired)]
    [InlineData(OpenCallSql.Ready)]
    public async Task Calls_are_found_through_the_turns_that_wait(string sql)
    {
        await using var provider = Open();
        _ = provider.GetRequiredService<IOpenCallStore>();
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        if (sql.Contains("@now", StringComparison.Ordinal)) command.Parameters.AddWithValue("@now", 0);
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read()) steps.Add(reader.GetString(3));
        Assert.Matches("^SCAN (TABLE waiting AS )?w\\b", steps[0]);
        Assert.Contains(steps, step => Calls().IsMatch(step));
        Assert.All(steps.Where(step => step.Contains(" o ", StringComparison.Ordinal)), step => Assert.Matches(Calls(), step));
    }

    [GeneratedRegex(@"^SEARCH (TABLE open_calls AS )?o .*\(turn=\?")]
    private static partial Regex Calls();
}
