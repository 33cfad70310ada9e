using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Parameters in the settings lie under everything else, and nowhere else.</summary>
public sealed class ParametersOfAll
{
    [Fact]
    public async Task They_reach_the_provider_where_nothing_above_says_more_and_are_kept_in_no_prompt()
    {
        await using var server = new RunningServer(null,
            ("Turnpike:Turns:Parameters:Temperature", "0.3"), ("Turnpike:Turns:Parameters:max_tokens", "50"), ("Turnpike:Turns:Parameters:Stop:0", "END"), ("Turnpike:Turns:Parameters:Stop:1", "3"),
            ("Turnpike:Turns:Parameters:ProviderOptions:top_a", "0.5"), ("Turnpike:Turns:Parameters:ProviderOptions:deep:on", "True"), ("Turnpike:Turns:Parameters:ProviderOptions:logit_bias:50256", "-100"), ("Turnpike:Turns:Parameters:ProviderOptions:list:0", "a"), ("Turnpike:Turns:Parameters:ProviderOptions:list:1", "b"), ("Turnpike:Turns:Parameters:Budget", """{"calls":3}"""), ("Turnpike:Turns:System", "Be brief."));
        await server.TurnAsync(new { content = "Hi" });
        var options = server.Model.Last.Options;
        Assert.Equal((0.3f, null, 50), (options.Temperature, options.TopP, options.MaxOutputTokens));
        Assert.Equal(["END", "3"], options.StopSequences!);
        Assert.Equal("""{"deep":{"on":true},"list":["a","b"],"logit_bias":{"50256":-100},"top_a":0.5}""", Assert.IsType<JsonObject>(options.AdditionalProperties!["turnpike.providerOptions"]).ToJsonString());
        Assert.Equal(["system: Be brief.", "user: Hi"], server.Model.Last.Transcript);

        await server.TurnAsync(new { content = "Hi", parameters = new { topP = 0.5 } });
        Assert.Equal((0.3f, 0.5f), (server.Model.Last.Options.Temperature, server.Model.Last.Options.TopP));
        using (var shown = await server.PostAsync("/api/turns/preview", new { content = "Hi", parameters = new { topP = 0.5 } }))
        {
            var explained = (await server.JsonAsync(shown)).GetProperty("parameters");
            Assert.Equal(("global", "request"), (explained.GetProperty("temperature").GetProperty("layer").GetString(), explained.GetProperty("topP").GetProperty("layer").GetString()));
        }

        using (var saved = await server.PostAsync("/api/prompts", new { key = "greet", messages = new[] { new { role = "system", content = "Greet." } }, parameters = new { topP = 0.5 } })) Assert.Equal(201, (int)saved.StatusCode);
        Assert.Equal("""{"topP":0.5}""", (await server.GetJsonAsync("/api/prompts/greet")).GetProperty("parameters").GetRawText());
        await server.TurnAsync(new { content = "Hi", prompt = new { messages = new[] { new { role = "system", content = "Greet." } }, parameters = new { temperature = 0.9 } } });
        Assert.Equal((0.9f, 50), (server.Model.Last.Options.Temperature, server.Model.Last.Options.MaxOutputTokens));
        Assert.Equal(new TurnParameters(), TurnParameters.None);
    }

    [Theory]
    [InlineData("""{"max_completion_tokens":50,"max_tokens":null}""")]
    [InlineData("""{"max_tokens":null,"max_completion_tokens":50}""")]
    public async Task A_null_under_one_name_takes_nothing_from_another(string parameters)
    {
        await using var server = new RunningServer();
        using var preview = await server.CurlAsync("/api/turns/preview", $$"""{"content":"Hi","parameters":{{parameters}}}""");
        Assert.Equal(50, (await server.JsonAsync(preview)).GetProperty("parameters").GetProperty("maxOutputTokens").GetProperty("value").GetInt32());
        using var made = await server.CurlAsync("/api/conversations", $$"""{"parameters":{{parameters}}}""");
        Assert.Equal(201, (int)made.StatusCode);
        await server.TurnAsync(new { conversation = (await server.JsonAsync(made)).GetProperty("id").GetString(), content = "Hi" });
        Assert.Equal(50, server.Model.Last.Options.MaxOutputTokens);
    }
}
