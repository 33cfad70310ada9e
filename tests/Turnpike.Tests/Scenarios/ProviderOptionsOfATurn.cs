using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>Provider options reach the provider as they are, and none of them says what is ours to say.</summary>
public sealed class ProviderOptionsOfATurn
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static TurnParameters With(string name) => new() { ProviderOptions = new() { ["safety"] = "high", [name] = 999999 } };

    private static Prompt Saying(TurnParameters parameters, string key = "") => new() { Key = key, Parameters = parameters, Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }] };

    public static TheoryData<string, string> Ours => new()
    {
        { "model", "\"model\"" }, { "models", "\"fallback\"" }, { "fallbacks", "\"fallback\"" }, { "messages", "\"content\"" }, { "prompt", "\"content\"" }, { "input", "\"content\"" }, { "system", "\"system\"" },
        { "instructions", "\"system\"" }, { "tools", "\"tools\"" }, { "functions", "\"tools\"" }, { "tool_choice", "\"toolChoice\"" }, { "function_call", "\"toolChoice\"" }, { "stream", "stream" },
        { "stream_options", "stream" }, { "n", "one answer" }, { "max_tokens", "\"maxOutputTokens\"" }, { "max_completion_tokens", "\"maxOutputTokens\"" }, { "max_output_tokens", "\"maxOutputTokens\"" },
        { "response_format", "\"responseFormat\"" }, { "temperature", "\"temperature\"" }, { "top_p", "\"topP\"" }, { "stop_sequences", "\"stop\"" }, { "reasoning_effort", "\"reasoningEffort\"" }, { "verbosity", "\"verbosity\"" },
        { "Model", "\"model\"" },
    };

    [Theory]
    [MemberData(nameof(Ours))]
    public async Task What_is_ours_is_refused_wherever_parameters_are_read(string name, string instead)
    {
        await using var road = new Road();
        void IsRefused(TurnException error, string place)
        {
            Assert.Equal((TurnErrorCode.ParameterInvalid, $"{place}.providerOptions.{name}"), (error.Code, error.Field));
            Assert.Contains($"\"{name}\"", error.Message, StringComparison.Ordinal);
            Assert.Contains(instead, error.Message, StringComparison.Ordinal);
        }
        IsRefused(await road.RefusedAsync(new() { Content = "Hi", Parameters = With(name) }), "parameters");
        IsRefused(await road.RefusedAsync(new() { Content = "Hi", Prompt = Saying(With(name)) }), "prompt.parameters");
        await road.SaveAsync(Saying(TurnParameters.None, "plain"));
        var overlay = JsonElement.Parse($$$$"""{"parameters":{"providerOptions":{"{{{{name}}}}":1}}}""");
        IsRefused(await road.RefusedAsync(new() { Content = "Hi", Prompt = new() { Id = "plain", Overlay = overlay } }), "prompt.overlay.parameters");
        IsRefused(await Assert.ThrowsAsync<TurnException>(() => road.Get<PromptKeeper>().SaveAsync(Saying(With(name), "guide"), null, Cancellation)), "parameters");
        IsRefused(Assert.Throws<TurnException>(() => SettingsRules.Check(new Project { Name = "p", Parameters = With(name) })), "parameters");
        IsRefused(Assert.Throws<TurnException>(() => ParameterTable.Read(JsonElement.Parse($$$"""{"provider_options":{"{{{name}}}":1}}"""))), "parameters");
        IsRefused(Assert.Throws<TurnException>(() => ParameterTable.Get("providerOptions").Parse(JsonElement.Parse($$"""{"{{name}}":1}"""))), "parameters");
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public void A_file_that_says_what_is_ours_and_no_parameter_is_refused_by_name()
    {
        var error = Assert.Throws<TurnException>(() => PromptFile.Parse("---\nconfig: { stream: false }\n---\nHi"));
        Assert.Contains("\"stream\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_kept_before_is_left_out_with_a_warning()
    {
        await using var road = new Road();
        await road.SaveAsync(Saying(With("model"), "old"));
        await road.Get<IConversationStore>().AddAsync(new Conversation { Id = "conv_1", Parameters = With("max_tokens") }, Cancellation);
        var turn = await road.RunAsync(new TurnRequest { Conversation = "conv_1", Prompt = "old", Content = "Hi" });
        Assert.Equal("""{"safety":"high"}""", ((JsonObject)road.Model.Last.Options.AdditionalProperties!["turnpike.providerOptions"]!).ToJsonString());
        Assert.Equal(["parameter_dropped", "parameter_dropped"], turn.Warnings.Select(warning => warning.Code));
        Assert.Contains("choose the model with \"model\"", turn.Warnings[0].Message + turn.Warnings[1].Message, StringComparison.Ordinal);
        Assert.Equal("""{"safety":"high"}""", turn.Parameters.ProviderOptions!.ToJsonString());
        var overlaid = new PromptReference { Id = "old", Overlay = JsonElement.Parse("""{"title":"Other"}""") };
        await road.RunAsync(new TurnRequest { Prompt = overlaid, Content = "Hi" });
        Assert.Equal("""{"safety":"high"}""", ((JsonObject)road.Model.Last.Options.AdditionalProperties!["turnpike.providerOptions"]!).ToJsonString());
    }

    [Fact]
    public void What_is_kept_can_be_read_and_a_request_that_is_made_again_has_it_no_longer()
    {
        const string Json = """{"content":"Hi","parameters":{"providerOptions":{"model":"gpt-5","safety":"high"}}}""";
        Assert.Equal("gpt-5", (string?)JsonSerializer.Deserialize(Json, TurnpikeJson.Relaxed.TurnRequest)!.Parameters!.ProviderOptions!["model"]);
        Assert.Equal("""{"safety":"high"}""", KeptRequest.Read(Json).Parameters!.ProviderOptions!.ToJsonString());
    }
}
