using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Settings;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What a turn reads of the settings is found by index, however many there are.</summary>
public sealed partial class ManySettings : SqliteTests
{
    [Theory]
    [InlineData(RuleSql.AlwaysOn)]
    [InlineData(RuleSql.Find)]
    [InlineData(RuleSql.FindByPlace)]
    [InlineData(RuleSql.Tagged)]
    [InlineData(TagSql.Find)]
    [InlineData(TagSql.OfRule)]
    [InlineData(ProjectSql.Chain)]
    [InlineData(ProjectSql.Height)]
    [InlineData(ScopedVariableSql.Find)]
    public async Task Nothing_that_a_turn_reads_scans_a_table(string sql)
    {
        await using var provider = Open();
        _ = provider.GetRequiredService<ISettingsStore>();
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var name in (string[])["@id", "@place", "@tag", "@rule", "@most", "@scope"]) if (sql.Contains(name, StringComparison.Ordinal)) command.Parameters.AddWithValue(name, "x");
        using var reader = command.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read()) steps.Add(reader.GetString(3));
        Assert.NotEmpty(steps);
        Assert.DoesNotContain(steps, step => Scan().IsMatch(step) && !step.Contains(" USING ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^SCAN (TABLE )?(rules|tags|tag_rules|projects|scoped_variables)\b")]
    private static partial Regex Scan();
}
