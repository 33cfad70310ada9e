using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Tests.Scenarios;

/// <summary>Variables that a host computes when a turn is made ready.</summary>
public sealed class ComputedVariables
{
    private sealed class Weather(Func<VariableContext, string> answer) : IVariableProvider
    {
        public int Asked { get; private set; }

        public IReadOnlyCollection<string> Names => ["weather"];

        public ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken)
        {
            Asked++;
            return ValueTask.FromResult<JsonElement?>(JsonSerializer.SerializeToElement(answer(context)));
        }
    }

    private static readonly Prompt Prompt = new()
    {
        Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "It is {{weather}} ({{weekday}})." }] }],
        Variables = [new() { Name = "weather" }],
    };

    private static Road RoadWith(IVariableProvider provider) => new(builder => builder.Services.AddSingleton(provider));

    [Fact]
    public async Task A_hosts_value_is_sent_and_the_trace_says_that_it_was_computed()
    {
        await using var road = RoadWith(new Weather(context => $"sunny for {context.UserName} in turn {context.TurnNumber}"));
        var request = new TurnRequest { Prompt = Prompt, Content = "Hi", User = "ada", TimeZone = "UTC" };
        var prepared = await road.Runner.PreviewAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("computed", prepared.Draft.Trace.Changes.Single(change => change.Path == "variables.weather").Source);
        await road.RunAsync(request);
        Assert.Equal($"system: It is sunny for ada in turn 1 ({road.Clock.GetUtcNow().DayOfWeek}).", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task A_layer_above_wins_and_nobody_computes()
    {
        var weather = new Weather(_ => "sunny");
        await using var road = RoadWith(weather);
        await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = "Hi", Variables = new Dictionary<string, JsonElement> { ["weather"] = JsonSerializer.SerializeToElement("wet") } });
        Assert.StartsWith("system: It is wet (", road.Model.Last.Transcript[0]);
        Assert.Equal(0, weather.Asked);
    }

    [Fact]
    public async Task One_that_throws_gives_no_value_and_a_warning()
    {
        await using var road = RoadWith(new Weather(_ => throw new InvalidOperationException("password=hunter2")));
        var turn = await road.RunAsync(new TurnRequest { Prompt = Prompt, Content = "Hi" });
        Assert.StartsWith("system: It is  (", road.Model.Last.Transcript[0]);
        var warning = Assert.Single(turn.Warnings);
        Assert.Equal("variable_provider_failed", warning.Code);
        Assert.DoesNotContain("hunter2", warning.Message);
    }

    [Fact]
    public async Task A_name_that_is_known_and_has_no_value_is_empty()
    {
        await using var road = new Road();
        var prompt = new Prompt { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "You help {{#if user_name}}{{user_name}}{{else}}somebody{{/if}}[{{user_name}}]." }] }] };
        await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Hi" });
        Assert.Equal("system: You help somebody[].", road.Model.Last.Transcript[0]);
        await road.RunAsync(new TurnRequest { Prompt = prompt, Content = "Hi", User = "ada" });
        Assert.Equal("system: You help ada[ada].", road.Model.Last.Transcript[0]);
    }
}
