using System.Text.Json;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Tests.Imports;

/// <summary>The tokens that a file tells of are among those of their day, without a price; nothing is made up for the others but an estimate that says so.</summary>
public sealed class UsageOfImports
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ImportReport> ImportAsync(Road road, string json)
    {
        using var file = JsonDocument.Parse(json);
        return await road.Get<ConversationImport>().RunAsync(file.RootElement, false, null, Cancellation);
    }

    private static Task<UsageReport> UsageAsync(Road road, int year, params UsageBy[] by) =>
        road.Get<IUsageStore>().SumAsync(new(new(year, 1, 1, 0, 0, 0, TimeSpan.Zero), new(year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero), by), Cancellation);

    [Fact]
    public async Task Tokens_of_turns_and_of_calls_beside_them_are_summed_once()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, LiteChatImports.Export);
        var title = report.Items.Single(item => item is { Kind: "interaction", From: "i9" });
        Assert.Equal(ImportOutcome.Changed, title.Outcome);
        Assert.StartsWith("kept as usage only", Assert.Single(title.Details), StringComparison.Ordinal);
        foreach (var _ in (int[])[1, 2])
        {
            var usage = await UsageAsync(road, 2026, UsageBy.Model);
            Assert.Equal((35, 14, 4, 1, 0), (usage.Total.InputTokens, usage.Total.OutputTokens, usage.Total.Unpriced, usage.Total.Turns, usage.Total.Cost.Count));
            Assert.Equal([("imported/unknown", 16L, 5L), ("openai/gpt-5", 8, 4), ("openai/gpt-5:mini", 11, 5)], usage.Data.Select(row => (row.Model!, row.InputTokens, row.OutputTokens)));
            Assert.Equal(0, (await ImportAsync(road, LiteChatImports.Export)).Imported);
        }
    }

    [Fact]
    public async Task A_turn_of_which_nobody_tells_the_tokens_has_an_estimate_and_counts_nowhere()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, LiteChatImports.Export);
        var turn = (await road.Get<ITurnStore>().FindAsync(report.Items.Single(item => item is { Kind: "interaction", From: "i5" }).Id!, Cancellation))!;
        Assert.Equal((new TurnUsage { InputTokens = 6, OutputTokens = 5, Estimated = true }, 0), (turn.Usage, turn.Attempts.Count));
        var told = (await road.Get<ITurnStore>().FindAsync(report.Items.Single(item => item is { Kind: "interaction", From: "i1" }).Id!, Cancellation))!;
        Assert.Equal((false, 4000d, 120d), (told.Usage.Estimated, Assert.Single(told.Attempts).Milliseconds, told.Attempts[0].TimeToFirstToken));
    }

    [Theory]
    [InlineData("\"promptTokens\":-5,\"completionTokens\":3", 0, 3, "promptTokens -5")]
    [InlineData("\"promptTokens\":4,\"completionTokens\":1e300", 4, 0, "completionTokens")]
    [InlineData("\"totalTokens\":9", 9, 0, "not told apart")]
    public async Task What_is_no_count_of_tokens_is_named(string tokens, long input, long output, string told)
    {
        await using var road = new Road();
        var report = await ImportAsync(road, $$$"""{"conversation":{"id":"c","createdAt":"2026-01-01T10:00:00Z"},"interactions":[{"id":"i","index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:00Z","prompt":{"content":"q"},"response":"a","metadata":{{{{tokens}}}}}]}""");
        var usage = (await UsageAsync(road, 2026)).Total;
        Assert.Equal((input, output), (usage.InputTokens, usage.OutputTokens));
        Assert.Contains(told, string.Join(' ', report.Items[1].Details), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_before_the_start_is_none()
    {
        await using var road = new Road();
        var report = await ImportAsync(road, """{"conversation":{"id":"c","createdAt":"2026-01-01T10:00:00Z"},"interactions":[{"id":"i","index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:00Z","endedAt":5,"prompt":{"content":"q"},"response":"a","metadata":{"generationTime":2000}}]}""");
        var turn = (await road.Get<ITurnStore>().FindAsync(report.Items[1].Id!, Cancellation))!;
        Assert.Equal(TimeSpan.FromSeconds(2), turn.EndedAt - turn.CreatedAt);
        Assert.Contains("endedAt 5", Assert.Single(report.Items[1].Details), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"step":1,"attempt":1,"model":"m/x","status":"completed","usage":{"inputTokens":7,"outputTokens":2},"cost":{"amount":0.5,"currency":"USD"},"milliseconds":5}""", 7)]
    [InlineData("""{"step":1,"attempt":1,"model":"m/x","status":"completed","usage":{"inputTokens":9223372036854775807,"outputTokens":2},"milliseconds":5}""", 0)]
    [InlineData("""{"step":1,"attempt":1,"model":"m/x","status":"completed","usage":{"inputTokens":7,"outputTokens":2},"cost":{"amount":-3,"currency":"USD"},"milliseconds":5}""", 0)]
    public async Task Attempts_of_our_own_exports_count_if_they_can_be(string attempt, long input)
    {
        await using var road = new Road();
        await ImportAsync(road, $$$"""{"turnpike":1,"conversation":{"id":"conv_1","head":"turn_1"},"turns":[{"id":"turn_1","conversation":"conv_1","status":"completed","content":"q","model":"m/x","attempts":[{{{attempt}}}],"createdAt":"2026-01-01T10:00:00Z","endedAt":"2026-01-01T10:00:01Z"}]}""");
        Assert.Equal(input, (await UsageAsync(road, 2026)).Total.InputTokens);
    }
}
