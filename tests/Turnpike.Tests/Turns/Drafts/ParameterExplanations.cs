using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Turns.Drafts;

public sealed class ParameterExplanations
{
    private static SettingsLayer Layer(string name, string parameters) => new() { Name = name, Parameters = ParameterTable.Read(JsonElement.Parse(parameters)) };

    private static readonly SettingsLayer[] Layers =
    [
        Layer("trigger", """{"temp": 0.2}"""),
        new() { Name = "request" },
        Layer("conversation", """{"temperature": 1, "stop": "END", "providerOptions": {"a": 1}}"""),
        Layer("prompt", """{"temperature": 2, "providerOptions": {"a": 2, "b": 2}}"""),
    ];

    [Fact]
    public void Each_parameter_tells_its_value_its_layer_and_what_each_layer_says()
    {
        var explained = ParameterExplanation.Of(Layers);
        Assert.Equal(["temperature", "stop", "providerOptions"], explained.Keys);
        Assert.Equal(("0.2", "trigger"), (explained["temperature"].Value.GetRawText(), explained["temperature"].Layer));
        Assert.Equal([("trigger", "0.2"), ("conversation", "1"), ("prompt", "2")], explained["temperature"].Layers.Select(said => (said.Layer, said.Value.GetRawText())));
        Assert.Equal(("a trigger or middleware sets it, above conversation, prompt", "the conversation's setting; no other layer does", "the conversation's setting, joined with prompt"), (explained["temperature"].Why, explained["stop"].Why, explained["providerOptions"].Why));
        Assert.Equal(("""["END"]""", "conversation"), (explained["stop"].Value.GetRawText(), explained["stop"].Layer));
    }

    [Fact]
    public void Provider_options_show_what_all_layers_say_together()
    {
        var options = ParameterExplanation.Of(Layers)["providerOptions"];
        Assert.Equal((1, 2), (options.Value.GetProperty("a").GetInt32(), options.Value.GetProperty("b").GetInt32()));
        Assert.Equal(["conversation", "prompt"], options.Layers.Select(said => said.Layer));
    }

    [Fact]
    public void The_explanation_agrees_with_the_parameters_of_the_draft()
    {
        var state = new DraftState { Content = "", Top = Layers[0], Request = Layers[1], Conversation = Layers[2], Kept = Layers[2], Below = [Layers[3]] };
        var explained = ParameterExplanation.Of(state.Layers);
        Assert.Equal(state.Parameters.Temperature, explained["temperature"].Value.GetDouble());
        Assert.Contains("\"temperature\":{\"value\":0.2,\"layer\":\"trigger\"", JsonSerializer.Serialize(explained, TurnpikeJson.Relaxed.IReadOnlyDictionaryStringParameterExplanation), StringComparison.Ordinal);
    }
}
