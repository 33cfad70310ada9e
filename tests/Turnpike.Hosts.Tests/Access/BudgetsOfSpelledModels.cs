using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>However a provider is spelled, its models have their prices, and whoever pays is held to the limit.</summary>
public sealed class BudgetsOfSpelledModels
{
    private readonly ListedModels _provider = new(new ModelInfo { Id = "or/listed", Provider = "or", Price = new() { Input = 1, Output = 10 } });

    private RunningServer Server() => new(services => services.AddSingleton<IModelProvider>(_provider).Configure<ModelCatalogOptions>(options =>
    {
        options.Model = "oR/listed";
        options.Aliases["quick"] = "Or/listed";
    }), ("Turnpike:Models:OR/Known:Price:Input", "1"), ("Turnpike:Models:OR/Known:Price:Output", "10"), ("Turnpike:Models:OR/Listed:DisplayName", "Fast"));

    [Theory]
    [InlineData("or/listed", "or/listed")]
    [InlineData("OR/listed", "or/listed")]
    [InlineData("quick", "or/listed")]
    [InlineData(null, "or/listed")]
    [InlineData("Or/known", "or/known")]
    public async Task A_limit_of_costs_holds_and_the_turn_names_and_prices_the_model(string? model, string id)
    {
        await using var server = Server();
        var poor = (await server.KeyAsync(new NewKey { Name = "poor", Scopes = [Scopes.Turns], Limits = new() { CostPerDay = 0.0001m } })).Secret;
        var (status, refused) = await server.AskAsync(poor, HttpMethod.Post, "/api/turns", new { content = "Hi", model });
        Assert.Equal((429, "budget_exceeded"), (status, refused.GetProperty("code").GetString()));
        Assert.Empty(_provider.Model.Requests);

        var rich = (await server.KeyAsync(new NewKey { Name = "rich", Scopes = [Scopes.Turns], Models = ["or/*"], Limits = new() { CostPerDay = 1 } })).Secret;
        (status, var turn) = await server.AskAsync(rich, HttpMethod.Post, "/api/turns", new { content = "Hi", model });
        Assert.Equal((200, id, id, 0.00002m), (status, turn.GetProperty("model").GetString(), turn.GetProperty("attempts")[0].GetProperty("model").GetString(), turn.GetProperty("cost").GetProperty("amount").GetDecimal()));
        var models = (await server.AskAsync(rich, HttpMethod.Get, "/api/models")).Body;
        Assert.Equal("or/listed", models.GetProperty("default").GetString());
        var fast = Assert.Single(models.GetProperty("data").EnumerateArray(), listed => listed.TryGetProperty("displayName", out var name) && name.GetString() == "Fast");
        Assert.Equal(("or/listed", 10), (fast.GetProperty("id").GetString(), fast.GetProperty("price").GetProperty("output").GetDecimal()));
    }
}
