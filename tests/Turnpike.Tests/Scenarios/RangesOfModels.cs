using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>A number that a model is known not to take does not reach its provider.</summary>
public sealed class RangesOfModels : IAsyncLifetime
{
    private readonly ScriptedModel _spare = new();
    private readonly Road _road;

    public RangesOfModels() => _road = new(builder => builder.AddModel("test/spare", _spare).Services.Configure<ModelCatalogOptions>(options =>
    {
        options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Ranges = new Dictionary<string, ParameterRange> { ["temperature"] = new(0, 1), ["topK"] = new(Max: 40) } };
        options.Models["test/spare"] = new() { Id = "test/spare", Provider = "test", Ranges = new Dictionary<string, ParameterRange> { ["temperature"] = new(0.2, 0.4) } };
    }));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _road.DisposeAsync();

    [Theory]
    [InlineData("@.params.temp 1.5; Hi", "temperature", "Parameter \"temperature\" is 1.5; model \"test/model\" takes it from 0 to 1. Give a number that fits, or choose another model.")]
    [InlineData("@.params.top_k 50; Hi", "topK", "Parameter \"topK\" is 50; model \"test/model\" takes it up to 40. Give a number that fits, or choose another model.")]
    public async Task It_is_refused_before_the_model_is_asked_with_its_range(string content, string field, string message)
    {
        var refused = await _road.RefusedAsync(new() { Content = content });
        Assert.Equal((TurnErrorCode.ParameterInvalid, "parameters." + field, message), (refused.Code, refused.Field, refused.Message));
        Assert.Empty(_road.Model.Requests);
    }

    [Fact]
    public async Task What_lies_within_is_sent()
    {
        await _road.RunAsync("@.params.temp 1; @.params.top_k 40; Hi");
        Assert.Equal((1f, 40), (_road.Model.Last.Options.Temperature, _road.Model.Last.Options.TopK));
    }

    [Fact]
    public async Task A_model_that_stands_in_is_asked_without_it_and_says_so()
    {
        _road.Model.Fails(new TurnException(TurnErrorCode.ProviderUnauthorized, "No."));
        var turn = await _road.RunAsync(new TurnRequest { Prompt = new Prompt { Fallback = ["test/spare"] }, Parameters = new() { Temperature = 0.5 }, Content = "Hi" });
        Assert.Null(_spare.Last.Options.Temperature);
        Assert.Equal(("parameter_dropped", "Model \"test/spare\" takes \"temperature\" from 0.2 to 0.4, and it is 0.5; it was left out."), (Assert.Single(turn.Warnings).Code, turn.Warnings[0].Message));
    }
}
