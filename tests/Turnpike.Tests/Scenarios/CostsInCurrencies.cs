using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

/// <summary>Amounts of one currency are summed; what was paid in two has no sum.</summary>
public sealed class CostsInCurrencies
{
    [Theory]
    [InlineData("3 USD", "1 USD", "2 USD")]
    [InlineData(null, "1 USD", "2 EUR")]
    [InlineData(null, "1 USD", "2 EUR", "3 EUR")] // and stays without one
    [InlineData(null, "1 USD", null, "3 USD")]
    public void A_turn_costs_the_sum_of_its_requests_if_there_is_one(string? sum, params string?[] costs)
    {
        var fold = new TurnFold();
        foreach (var cost in costs) fold.Add(new UsageReported { Step = 1, Usage = new() { InputTokens = 1 }, Cost = cost is null ? null : new(cost[0] - '0', cost[2..]) });
        Assert.Equal(sum, fold.Cost is { } total ? $"{total.Amount} {total.Currency}" : null);
        Assert.Equal(costs.Length, fold.Usage.InputTokens);
    }

    [Fact]
    public async Task A_model_that_stands_in_and_is_paid_in_another_currency_leaves_the_turn_without_a_cost_and_each_request_with_its_own()
    {
        using var spare = new ScriptedModel().Says("Whole.");
        await using var road = new Road(builder =>
        {
            builder.AddModel("spare/model", spare);
            builder.Services.Configure<ModelOptions>(options => options.Attempts = 1).Configure<ModelCatalogOptions>(options =>
            {
                options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Price = new() { Input = 1, Output = 1 } };
                options.Models["spare/model"] = new() { Id = "spare/model", Provider = "spare", Price = new() { Input = 1, Output = 1, Currency = "EUR" } };
            });
        });
        road.Model.Answers((_, stop) => BrokenAsync(stop));
        var turn = await road.RunAsync(new TurnRequest { Prompt = new Prompt { Fallback = ["spare/model"], Restart = true, Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }] }, Content = "Hi" });
        Assert.Equal(["system: Be brief.", "user: Hi"], spare.Last.Transcript);
        Assert.Equal(("Whole.", null), (turn.Answer, turn.Cost));
        Assert.Equal(["USD", "EUR"], turn.Attempts.Select(attempt => attempt.Cost!.Currency));
        Assert.Equal(turn.Attempts.Sum(attempt => attempt.Usage!.InputTokens), turn.Usage.InputTokens);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BrokenAsync([EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "So it");
        await Task.Delay(1, stop);
        throw new IOException("connection reset");
    }
}
