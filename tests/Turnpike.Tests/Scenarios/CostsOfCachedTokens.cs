using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>Tokens from a cache have their own price, and are a part of the input, however a provider counts them.</summary>
public sealed class CostsOfCachedTokens
{
    [Theory]
    [InlineData(12L, 3L, 4L, 12, 3, 0.000041)] // (8 × 3 + 4 × 0.5 + 3 × 5) / 10^6
    [InlineData(12L, 3L, 9000L, 9012, 3, 0.004551)] // beside the input
    [InlineData(null, 3L, null, 0, 3, 0.000015)] // only one side
    public async Task They_cost_what_the_catalog_says(long? input, long? output, long? cached, long inputTokens, long outputTokens, double cost)
    {
        var turn = await RunAsync(new() { InputTokenCount = input, OutputTokenCount = output, CachedInputTokenCount = cached });
        Assert.Equal((inputTokens, outputTokens, cached, false), (turn.Usage.InputTokens, turn.Usage.OutputTokens, turn.Usage.CachedTokens, turn.Usage.Estimated));
        Assert.Equal((decimal)cost, turn.Cost!.Amount);
    }

    [Fact]
    public async Task A_report_without_either_count_is_none()
    {
        var turn = await RunAsync(new() { CachedInputTokenCount = 4 });
        Assert.True(turn.Usage is { Estimated: true, InputTokens: > 0, OutputTokens: > 0 });
        Assert.True(turn.Cost!.Amount > 0);
    }

    private static async Task<Turn> RunAsync(UsageDetails told)
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options =>
            options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Price = new() { Input = 3, CachedInput = 0.5m, Output = 5 } }));
        road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, "Hello."), new(ChatRole.Assistant, [new UsageContent(told)]) { FinishReason = ChatFinishReason.Stop }], stop));
        return await road.RunAsync("Hi");
    }
}
