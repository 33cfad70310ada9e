using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Hosts.Tests.Tools;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A server that was just started knows of models what their provider lists, without anybody looking at it.</summary>
public sealed class ListsOfProviders : IAsyncDisposable
{
    private readonly RawServer _provider = RawServer.Start(exchange => exchange.Request.IsForModels
        ? RoughToolServer.AnswerAsync(exchange, """{"data":[{"id":"m1","context_length":8000,"architecture":{"input_modalities":["text"]},"pricing":{"prompt":"0.001","completion":"0.002"},"supported_parameters":["tools"]}]}""")
        : exchange.StreamAsync("data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11}}""" + "\n\n", "data: [DONE]\n\n"));

    private (string, string)[] Settings => [("Turnpike:Providers:0:name", "or"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", _provider.Url + "v1"), ("Turnpike:Providers:0:key", "k")];

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task Every_model_says_what_it_reads_and_whether_it_calls_tools()
    {
        await using var server = new RunningServer(services => services.AddSingleton(new HostModel("test/seeing", new ScriptedModel())).Configure<ModelCatalogOptions>(options => options.Models["test/seeing"] = new() { Id = "test/seeing", Provider = "test", Input = ["text", "image"], Tools = false }));
        var models = (await server.GetJsonAsync("/api/models")).GetProperty("data").EnumerateArray().ToDictionary(model => model.GetProperty("id").GetString()!, model => (Input: string.Join(',', model.GetProperty("input").EnumerateArray().Select(kind => kind.GetString())), Tools: model.GetProperty("tools").GetBoolean()));
        Assert.Equal(("text", true), models["test/model"]); // nobody knows
        Assert.Equal(("text,image", false), models["test/seeing"]);
    }

    [Fact]
    public async Task The_first_turn_has_a_cost_and_a_key_without_money_is_refused()
    {
        await using var server = new RunningServer(null, Settings);
        Assert.Equal(0.012m, (await server.TurnAsync(new { content = "Hi", model = "or/m1" })).GetProperty("cost").GetProperty("amount").GetDecimal());

        await using var other = new RunningServer(null, Settings);
        var key = (await other.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { CostPerDay = 0.000001m } })).Secret;
        var (status, body) = await other.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "Hi", model = "or/m1" });
        Assert.Equal((429, "budget_exceeded"), (status, body.GetProperty("code").GetString()));
        Assert.Single(_provider.Requests, request => !request.IsForModels);
    }

    [Fact]
    public async Task A_models_file_hides_only_the_members_that_it_has_and_the_settings_too()
    {
        var folder = TestFolder.New();
        await File.WriteAllTextAsync(Path.Combine(folder, "models.json"), """{"or/m1":{"displayName":"My model"}}""", TestContext.Current.CancellationToken);
        await using (var server = new RunningServer(null, [.. Settings, ("TURNPIKE_DATA", folder), ("Turnpike:Models:or/m1:ContextWindow", "5000"), ("Turnpike:Models:or/m1:DisplayName", "Theirs")]))
        {
            var model = (await server.GetJsonAsync("/api/models")).GetProperty("data").EnumerateArray().Single(model => model.GetProperty("id").GetString() == "or/m1");
            Assert.Equal(("My model", 5000, 1000m, "text"), (model.GetProperty("displayName").GetString(), model.GetProperty("contextWindow").GetInt32(), model.GetProperty("price").GetProperty("input").GetDecimal(), model.GetProperty("input")[0].GetString()));
            Assert.Equal(0.012m, (await server.TurnAsync(new { content = "Hi", model = "or/m1" })).GetProperty("cost").GetProperty("amount").GetDecimal());
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"Hi"}],"web_search_options":{}}""")]
    [InlineData("/v1/responses", """{"model":"test/model","input":"Hi","tools":[{"type":"web_search"}]}""")]
    [InlineData("/api/turns", """{"content":"@.search.on; Hi"}""")]
    public async Task A_model_that_searches_not_itself_is_offered_the_tool_at_every_door(string path, string body)
    {
        await using var server = new RunningServer(services => services.AddSingleton(AIFunctionFactory.Create((string query) => "found", "webSearch"))
            .Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = ["temperature"] }));
        using var response = await server.PostJsonAsync(path, body);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("0", response.Headers.GetValues("Turnpike-Warnings").Single());
        Assert.Equal(["webSearch"], server.Model.Last.Tools);
        Assert.Null(server.Model.Last.Options.AdditionalProperties?.GetValueOrDefault("turnpike.webSearch"));
        Assert.DoesNotContain("parameter_dropped", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temperature_that_Anthropic_refuses_is_refused_here_until_the_models_file_says_otherwise()
    {
        (string, string)[] settings = [("ANTHROPIC_API_KEY", "sk"), ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")];
        var hot = new { content = "Hi", model = "anthropic/claude-unlisted", parameters = new { temperature = 1.5 } };
        await using (var server = new RunningServer(null, settings))
        {
            var refused = await server.RefusedAsync(server.PostAsync("/api/turns/preview", hot));
            Assert.Equal(("parameter_invalid", "parameters.temperature"), (refused.Code, refused.Body.GetProperty("field").GetString()));
            Assert.Contains("takes it from 0 to 1.", refused.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        await using var told = new RunningServer(null, [.. settings, ("Turnpike:Models:anthropic/claude-unlisted:Ranges:temperature:Max", "2")]);
        Assert.Equal(1.5, (await told.JsonAsync(await told.PostAsync("/api/turns/preview", hot))).GetProperty("request").GetProperty("parameters").GetProperty("temperature").GetDouble());
    }

    [Theory]
    [InlineData("builtin/echo", true)]
    [InlineData("builtin/echo:3b", true)]
    [InlineData("anthropic/claude-unlisted", false)]
    [InlineData("ollama/llama-unlisted", true)]
    public async Task What_a_provider_says_of_all_its_models_counts_for_those_that_it_does_not_list(string model, bool byTool)
    {
        await using var server = new RunningServer(services => services.AddSingleton(AIFunctionFactory.Create((string query) => "found", "webSearch")), ("ANTHROPIC_API_KEY", "sk"), ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9"), ("Turnpike:OllamaUrl", "http://127.0.0.1:9/v1"));
        var preview = await server.JsonAsync(await server.PostAsync("/api/turns/preview", new { content = "@.search.on; Hi", model }));
        var request = preview.GetProperty("request");
        Assert.Equal((byTool ? 1 : 0, !byTool), (request.GetProperty("tools").GetArrayLength(), request.GetProperty("parameters").TryGetProperty("webSearch", out _)));
        var seeded = await server.JsonAsync(await server.PostAsync("/api/turns/preview", new { content = "@.params.seed 3; Hi", model }));
        Assert.Equal(model.StartsWith("anthropic", StringComparison.Ordinal) ? "parameter_dropped" : "", string.Join(',', seeded.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetProperty("code").GetString())));
        Assert.Equal(!model.StartsWith("anthropic", StringComparison.Ordinal), seeded.GetProperty("request").GetProperty("parameters").TryGetProperty("seed", out _));
    }
}
