using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Turns;

/// <summary>Whoever names models, in whatever layer, names short ones, and fills nothing up.</summary>
public sealed class ClientsOfModels : IDisposable
{
    private readonly ScriptedModel _any = new();

    public void Dispose() => _any.Dispose();

    private sealed class AnyModel(IChatClient client) : IModelProvider
    {
        public string Name => "any";

        public IChatClient Client(string model) => client;

        public Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ModelInfo>>([]);
    }

    private Road NewRoad() => new(builder => builder.Services.AddSingleton<IModelProvider>(new AnyModel(_any)));

    private static TurnRequest Asking(string? model, params string[] fallback) => new() { Model = model, Prompt = new Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "S" }] }], Fallback = fallback }, Content = "x" };

    [Fact]
    public async Task Are_a_thousand_at_most_however_many_names_are_asked_for()
    {
        await using var road = NewRoad();
        for (var i = 0; i <= 1000; i++) await road.Runner.PreviewAsync(Asking($"any/{i}"), TestContext.Current.CancellationToken);
        Assert.InRange(road.Get<ModelCatalog>().Clients, 1, 1000);
    }

    [Fact]
    public async Task Are_not_made_for_names_that_are_longer_than_any_or_not_for_the_key()
    {
        await using var road = NewRoad();
        var longest = "any/" + new string('x', 196);
        Assert.Equal(longest, (await road.Runner.PreviewAsync(Asking(longest), TestContext.Current.CancellationToken)).Model.Id);
        foreach (var request in (TurnRequest[])[Asking(longest + "x"), Asking("any/a", longest + "x"), Asking(null) with { Prompt = Asking(null).Prompt!.Inline! with { Model = longest + "x" } }])
        {
            var refused = await road.RefusedAsync(request);
            Assert.Equal((TurnErrorCode.RequestInvalid, "model"), (refused.Code, refused.Field));
            Assert.DoesNotContain("xxx", refused.Message, StringComparison.Ordinal);
        }
        var before = road.Get<ModelCatalog>().Clients;
        using (KeyScope.Enter(new() { Id = "key_1", Name = "shop", Prefix = "tp_", CreatedAt = DateTimeOffset.UnixEpoch, Models = ["test/*"] }))
            Assert.Equal(TurnErrorCode.Forbidden, (await road.RefusedAsync(Asking("any/b"))).Code);
        Assert.Equal(before, road.Get<ModelCatalog>().Clients);
    }
}
