using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Tests.Scenarios;

/// <summary>A kept turn still tells what lost.</summary>
public sealed class LayersOfATrace
{
    private static readonly Prompt Guide = new()
    {
        Key = "guide",
        Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "{{city}} {{days}} {{token}}" }] }],
        Variables = [new() { Name = "city", Default = Json("Rome") }, new() { Name = "days", Type = VariableType.Integer, Default = Json(3) }, new() { Name = "token", Secret = true, Default = Json("old-secret") }],
        Parameters = new() { Temperature = 0.4 },
    };

    [Fact]
    public async Task A_value_is_kept_with_the_layers_that_lost_to_it_and_secrets_with_none()
    {
        await using var road = new Road();
        var turn = await road.RunAsync(new TurnRequest { Prompt = Guide, Variables = new Dictionary<string, JsonElement> { ["city"] = Json("Oslo"), ["token"] = Json("new-secret") }, Content = "@.params.temp 0.9; Hi" });
        var station = (await TraceAsync(road, turn.Id)).Single(one => one.Station == "messages");

        Assert.Equal(["city", "token"], station.Variables!.Keys);
        Assert.Equal([("turn", "Oslo"), ("default", "Rome")], station.Variables["city"].Layers.Select(said => (said.Layer, said.Value.GetString()!)));
        Assert.Equal(("turn", "Oslo"), (station.Variables["city"].Layer, station.Variables["city"].Value!.Value.GetString()));
        Assert.Equal([("trigger", 0.9), ("prompt", 0.4)], station.Parameters!["temperature"].Layers.Select(said => (said.Layer, said.Value.GetDouble())));
        var json = JsonSerializer.Serialize(await TraceAsync(road, turn.Id), TurnpikeJson.Relaxed.IReadOnlyListTraceStation);
        Assert.DoesNotContain("-secret", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_higher_layer_sets_is_told_with_what_stood_there_before()
    {
        await using var road = new Road();
        var turn = await road.RunAsync(new TurnRequest { Prompt = Guide with { Model = "test/model" }, Parameters = new() { Temperature = 1.1 }, Model = "test/model", Content = "@.params.temp 0.9; Hi" });
        var changes = (await TraceAsync(road, turn.Id)).SelectMany(station => station.Changes).Where(change => change.Path is "parameters.temperature" or "model").Select(change => $"{change.Path} {change.Before ?? "-"} {change.After} {change.Source}").ToArray();
        Assert.Equal(["model - test/model prompt", "parameters.temperature - 0.4 prompt", "model test/model test/model request", "parameters.temperature 0.4 1.1 request"], changes[..4]);
        Assert.Contains(changes[4..], change => change.StartsWith("parameters.temperature 1.1 0.9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_turn_in_which_no_layer_says_anything_keeps_nothing_of_them()
    {
        await using var road = new Road();
        var turn = await road.RunAsync("Hi");
        Assert.All(await TraceAsync(road, turn.Id), station => Assert.True(station is { Variables: null, Parameters: null }));
    }

    [Fact]
    public async Task A_preview_says_it_once()
    {
        await using var road = new Road();
        var preview = await road.Runner.PreviewAsync(new TurnRequest { Prompt = Guide, Content = "Hi" }, TestContext.Current.CancellationToken);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) PreviewJson.Write(writer, preview);
        using var json = JsonDocument.Parse(buffer.ToArray());
        Assert.True(json.RootElement.GetProperty("parameters").TryGetProperty("temperature", out _));
        Assert.All(json.RootElement.GetProperty("trace").EnumerateArray(), station => Assert.False(station.TryGetProperty("parameters", out _)));
    }

    private static async Task<IReadOnlyList<TraceStation>> TraceAsync(Road road, string turn) =>
        JsonSerializer.Deserialize((await road.Get<ITurnStore>().TraceAsync(turn, TestContext.Current.CancellationToken))!.Value.Span, TurnpikeJson.Relaxed.IReadOnlyListTraceStation)!;

    private static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value);
}
