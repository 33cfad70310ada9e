using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Opening;
using Turnpike.Storage;
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

    [Fact]
    public async Task Ten_thousand_rules_and_two_thousand_projects_do_not_slow_a_turn_down()
    {
        var services = new ServiceCollection();
        services.AddTurnpikeSqlite(FilePath);
        services.AddTurnpike();
        await using var provider = services.BuildServiceProvider();
        var store = provider.GetRequiredService<ISettingsStore>();
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => store.SaveRuleAsync(new() { Name = $"rule {i}", Content = $"Say {i}.", AlwaysOn = i % 2000 == 0, Tags = [$"tag {i % 100}"] }, Cancellation)));
        for (var i = 0; i < 2000; i++) await store.SaveProjectAsync(new() { Id = $"p{i}", Name = $"Project {i}", Parent = i == 0 ? null : $"p{(i - 1) / 4}" }, Cancellation);
        var shared = provider.GetRequiredService<SharedLayers>();

        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 50; i++)
        {
            var since = Stopwatch.GetTimestamp();
            Assert.Equal(8, (await shared.ReadAsync("p1999", "acme", "ada", Cancellation))!.Count);
            Assert.Equal(5, (await store.AlwaysOnAsync(Cancellation)).Count);
            Assert.Equal("rule 7777", (await store.FindRuleAsync("Rule 7777", Cancellation))!.Name);
            if (Stopwatch.GetElapsedTime(since) is var took && took < fastest) fastest = took;
        }
        TestContext.Current.SendDiagnosticMessage("Settings of a turn: {0:0.000} ms", fastest.TotalMilliseconds);
        Assert.True(fastest < TimeSpan.FromMilliseconds(2), $"It took {fastest.TotalMilliseconds:0.00} ms.");
    }

    [GeneratedRegex(@"^SCAN (TABLE )?(rules|tags|tag_rules|projects|scoped_variables)\b")]
    private static partial Regex Scan();
}
