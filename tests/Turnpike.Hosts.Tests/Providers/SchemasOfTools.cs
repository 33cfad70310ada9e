using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Tools;
using Turnpike.Providers.Anthropic;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>Tools whose schemas providers would refuse reach them in a form that they take, and are held to the whole schema.</summary>
public sealed class SchemasOfTools
{
    private const string Either = """{"anyOf":[{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},{"type":"object","properties":{"zip":{"type":"integer"}},"required":["zip"]}]}""";

    public static TheoryData<string, string> Schemas => new()
    {
        { "{}", """{"type":"object","properties":{}}""" },
        { """{"type":"object"}""", """{"type":"object","properties":{}}""" },
        { """{"properties":{"a":{"type":"string"}},"additionalProperties":false}""", """{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""" },
        { """{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}""", """{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}""" },
        { Either, """{"type":"object","properties":{"city":{"type":"string"},"zip":{"type":"integer"}}}""" },
        { """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"oneOf":[{"properties":{"a":{"const":"x"},"b":{"const":1}}},{"properties":{"b":{"const":2}}}]}""", """{"type":"object","properties":{"a":{"type":"string"},"b":{"anyOf":[{"const":1},{"const":2}]}},"required":["a"]}""" },
        { """{"type":"object","allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"$ref":"#/$defs/more"}],"not":{"required":["c"]},"enum":[{"a":"x"}],"$defs":{"more":{"properties":{"b":{"type":"string"}},"required":["a","b"]}}}""", """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a","b"],"$defs":{"more":{"properties":{"b":{"type":"string"}},"required":["a","b"]}}}""" },
        { """{"$ref":"#/$defs/all","$defs":{"all":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}""", """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"$defs":{"all":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}""" },
        { """{"type":["object","null"],"allOf":5,"$ref":"#/nowhere"}""", """{"type":"object","properties":{}}""" },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<JsonNode> OpenAIAsync(AIFunctionDeclaration tool)
    {
        await using var server = RawServer.Streaming("data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n");
        using var provider = new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = new(server.Url, "v1") });
        await provider.Client("m").GetResponseAsync("hi", new() { Tools = [tool] }, Stop);
        return JsonNode.Parse(server.Request.Body)!["tools"]![0]!["function"]!;
    }

    private static async Task<JsonNode> AnthropicAsync(AIFunctionDeclaration tool)
    {
        await using var server = RawServer.Answering("500 Oops", "{}");
        using var provider = new AnthropicProvider(new() { BaseUrl = server.Url, Key = "k" });
        await Assert.ThrowsAsync<TurnException>(() => provider.Client("m").GetResponseAsync("hi", new() { Tools = [tool] }, Stop));
        return JsonNode.Parse(server.Request.Body)!["tools"]![0]!;
    }

    [Theory, MemberData(nameof(Schemas))]
    public async Task A_schema_is_sent_as_an_object_that_combines_nothing(string schema, string sent)
    {
        var tool = AIFunctionFactory.CreateDeclaration("tool", null, JsonElement.Parse(schema));
        Assert.Equal(sent, (await OpenAIAsync(tool))["parameters"]!.ToJsonString());
        var anthropic = (await AnthropicAsync(tool))["input_schema"]!.AsObject(); // to which its SDK adds what is closed
        anthropic.Remove("additionalProperties");
        var closed = JsonNode.Parse(sent)!.AsObject();
        closed.Remove("additionalProperties");
        Assert.True(JsonNode.DeepEquals(closed, anthropic), anthropic.ToJsonString());
    }

    [Fact]
    public async Task What_is_not_sent_whole_is_not_strict()
    {
        foreach (var schema in (string[])["""{"type":"object","properties":{}}""", Either])
        {
            var tool = new Strict(JsonElement.Parse(schema));
            Assert.Equal((schema != Either, schema != Either), ((bool?)(await OpenAIAsync(tool))["strict"] == true, (bool?)(await AnthropicAsync(tool))["strict"] == true));
        }
    }

    [Fact]
    public async Task Arguments_are_checked_against_all_of_it_and_the_trace_says_what_was_left_out()
    {
        await using var provider = RawServer.Start(async exchange =>
        {
            var isFirst = JsonNode.Parse(exchange.Request.Body)!["messages"]!.AsArray().Count == 1;
            var delta = isFirst ? """{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"find","arguments":"{}"}}]}""" : """{"content":"ok"}""";
            await exchange.StreamAsync($$"""data: {"choices":[{"delta":{{delta}},"finish_reason":"{{(isFirst ? "tool_calls" : "stop")}}"}]}""" + "\n\n", "data: [DONE]\n\n");
        }).Unlisted();
        await using var rough = new RoughToolServer($$"""[{"name":"find","inputSchema":{"type":"object",{{Either[1..]}}},{{RoughToolServer.Tool("bare")}}]""");
        await using var server = new RunningServer(null, ("OPENAI_BASE_URL", provider.Url + "v1"), ("Turnpike:Connect", "00:00:30"));
        Assert.Equal(201, (int)(await server.PostAsync("/api/tools/servers", rough.Entry)).StatusCode);
        var turn = await server.TurnAsync(new { content = "Go", model = "openai/some", tools = new[] { "rough.*" } });
        var requests = provider.Requests.Select(request => JsonNode.Parse(request.Body)!).ToArray();
        Assert.Equal(["""{"type":"object","properties":{}}""", """{"type":"object","properties":{"city":{"type":"string"},"zip":{"type":"integer"}}}"""], requests[0]["tools"]!.AsArray().Select(tool => tool!["function"]!["parameters"]!.ToJsonString()));
        Assert.Contains("do not fit its schema", (string?)requests[1]["messages"]!.AsArray()[^1]!["content"], StringComparison.Ordinal);
        Assert.Empty(rough.Called);
        var trace = (await server.GetJsonAsync($"/api/turns/{turn.GetProperty("id").GetString()}/trace")).GetRawText();
        Assert.Contains("""{"path":"tools.find.schema","before":["anyOf"],""", trace, StringComparison.Ordinal);
        Assert.DoesNotContain("tools.bare.schema", trace, StringComparison.Ordinal);
    }

    private sealed class Strict(JsonElement schema) : AIFunctionDeclaration
    {
        public override string Name => "strict_one";
        public override JsonElement JsonSchema => schema;
        public override IReadOnlyDictionary<string, object?> AdditionalProperties => new Dictionary<string, object?> { ["strict"] = true };
    }
}
