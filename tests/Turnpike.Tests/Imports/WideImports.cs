using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Imports;

namespace Turnpike.Tests.Imports;

/// <summary>What an import costs grows with the file, however its parts lean on one another.</summary>
public sealed class WideImports
{
    private const int Many = 20_000;

    private static JsonArray List(Func<int, JsonObject> one) => new([.. Enumerable.Range(0, Many).Select(at => (JsonNode)one(at))]);

    [Theory]
    [InlineData("chain")]
    [InlineData("flat")]
    [InlineData("ring")]
    public async Task Projects_rules_tags_and_turns_that_stand_on_one_another_are_read_in_seconds(string shape)
    {
        string? Above(int at) => shape == "chain" ? (at == Many - 1 ? null : $"p{at + 1}") : shape == "ring" ? $"p{(at + 1) % Many}" : null;
        var file = new JsonObject
        {
            ["version"] = 1,
            ["projects"] = List(at => new() { ["id"] = $"p{at}", ["name"] = "Project", ["parentId"] = Above(at) }),
            ["rules"] = List(at => new() { ["id"] = $"r{at}", ["name"] = "Rule", ["content"] = "Be kind." }),
            ["tags"] = List(at => new() { ["id"] = $"t{at}", ["name"] = "Tag" }),
            ["tagRuleLinks"] = List(at => new() { ["tagId"] = $"t{at}", ["ruleId"] = $"r{at}" }),
            ["conversations"] = new JsonArray(new JsonObject { ["id"] = "c1", ["title"] = "T", ["createdAt"] = "2026-01-01T10:00:00Z" }),
            ["interactions"] = List(at => new()
            {
                ["id"] = $"i{at}",
                ["conversationId"] = "c1",
                ["index"] = 0,
                ["type"] = "message.user_assistant",
                ["status"] = "COMPLETED",
                ["startedAt"] = "2026-01-01T10:00:00Z",
                ["response"] = "A",
                ["parentId"] = Above(at)?.Replace('p', 'i'),
                ["metadata"] = new JsonObject { ["regeneratedFromId"] = $"i{at + 1}" },
            }),
        };
        await using var road = new Road();
        using var json = JsonDocument.Parse(file.ToJsonString());
        var began = Stopwatch.GetTimestamp();
        var report = await road.Get<ConversationImport>().RunAsync(json.RootElement, dryRun: true, null, TestContext.Current.CancellationToken);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal([Many, Many, Many, Many], ((string[])["project", "rule", "tag", "interaction"]).Select(kind => report.Items.Count(item => item.Kind == kind)));
        var alone = report.Items.Where(item => item.Kind == "project" && item.Details.Any(told => told.Contains("stands alone here", StringComparison.Ordinal))).Select(item => item.From);
        Assert.Equal(shape == "ring" ? ["p0"] : [], alone);
    }
}
