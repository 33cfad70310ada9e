using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Providers.Anthropic;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>What reaches Anthropic, above all what its SDK would leave out.</summary>
public sealed class AnthropicRequests
{
    private static readonly AIFunctionDeclaration Forecast =
        AIFunctionFactory.CreateDeclaration("weather.forecast", "Tells the weather.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

    [Fact]
    public async Task A_plain_request_has_a_token_limit()
    {
        var body = await BodyAsync(null, new(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, "hi"));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"max_tokens":4096,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"model":"m","system":[{"type":"text","text":"Be brief."}],"stream":true}"""), body), body.ToJsonString());
    }

    [Fact]
    public async Task Sampling_parameters_and_provider_options_are_sent()
    {
        var body = await BodyAsync(new()
        {
            Temperature = 0.5f,
            TopP = 0.9f,
            TopK = 5,
            MaxOutputTokens = 100,
            StopSequences = ["END"],
            AdditionalProperties = new() { [ModelOptionKeys.ProviderOptions] = JsonNode.Parse("""{"top_k":7,"metadata":{"user_id":"u"},"logit_bias":{"1":2},"prompt_cache_key":"k"}"""), [ModelOptionKeys.WebSearch] = true },
        }, new ChatMessage(ChatRole.User, "hi"));

        Assert.Equal(("0.5", "0.9", "7", "100", "[\"END\"]", "{\"user_id\":\"u\"}"), (Json(body, "temperature"), Json(body, "top_p"), Json(body, "top_k"), Json(body, "max_tokens"), Json(body, "stop_sequences"), Json(body, "metadata")));
        Assert.Equal("hi", (string?)body["messages"]![0]!["content"]![0]!["text"]);
        Assert.StartsWith("web_search_", (string?)Assert.Single(body["tools"]!.AsArray())!["type"], StringComparison.Ordinal);
        Assert.Equal((null, null), (Json(body, "logit_bias"), Json(body, "prompt_cache_key"))); // OpenAI's; Anthropic refuses a request with them
    }

    [Fact]
    public async Task Reasoning_gets_room_beside_the_answer()
    {
        var body = await BodyAsync(new() { Reasoning = new() { Effort = ReasoningEffort.High } }, new ChatMessage(ChatRole.User, "hi"));

        Assert.Equal(("20480", "\"high\""), (Json(body, "max_tokens"), body["output_config"]!["effort"]!.ToJsonString()));
    }

    [Fact]
    public async Task Tools_are_sent_under_names_that_are_allowed_one_at_a_time()
    {
        var body = await BodyAsync(new() { Tools = [Forecast], AllowMultipleToolCalls = false }, new ChatMessage(ChatRole.User, "hi"));

        Assert.Equal("weather_forecast", (string?)body["tools"]![0]!["name"]);
        Assert.Equal("string", (string?)body["tools"]![0]!["input_schema"]!["properties"]!["city"]!["type"]);
        Assert.Equal(("auto", true), ((string?)body["tool_choice"]!["type"], (bool)body["tool_choice"]!["disable_parallel_tool_use"]!));
    }

    [Theory]
    [InlineData("forecast")]
    [InlineData("weather.forecast")]
    public async Task A_tool_is_as_strict_as_its_caller_says(string name)
    {
        foreach (var strict in (bool?[])[true, false, null])
        {
            var body = await BodyAsync(new() { Tools = [new DeclaredTool(name, Forecast.JsonSchema, strict)] }, new ChatMessage(ChatRole.User, "hi"));
            Assert.Equal(strict, (bool?)body["tools"]![0]!["strict"]);
        }
    }

    [Fact]
    public async Task Pictures_of_a_tools_result_are_sent_in_it_and_what_cannot_be_read_is_told_of()
    {
        var body = await BodyAsync(null,
            new ChatMessage(ChatRole.User, "Look"),
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "picture")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", new AIContent[] { new TextContent("Here."), new DataContent(new byte[] { 1, 2, 3 }, "image/png"), new DataContent(new byte[] { 4 }, "audio/wav"), new UriContent("https://example.org/a.zip", "application/zip") })]));

        var parts = body["messages"]![2]!["content"]![0]!["content"]!.AsArray();
        Assert.Equal(["text", "image", "text", "text"], parts.Select(part => (string)part!["type"]!));
        Assert.Equal(("image/png", "AQID"), ((string?)parts[1]!["source"]!["media_type"], (string?)parts[1]!["source"]!["data"]));
        Assert.Equal(["Here.", "[audio/wav, not readable here]", "[application/zip: https://example.org/a.zip]"], parts.Where(part => part!["text"] is not null).Select(part => (string)part!["text"]!));
    }

    [Fact]
    public async Task A_tool_round_tells_results_and_failures()
    {
        var body = await BodyAsync(new() { Tools = [Forecast] },
            new(ChatRole.User, "Weather?"),
            new(ChatRole.Assistant, [new TextReasoningContent("Signed.") { ProtectedData = "SIG" }, new TextReasoningContent("Another's."), new TextContent("Let me see."),
                new FunctionCallContent("c1", "weather.forecast", new Dictionary<string, object?> { ["city"] = "Paris" }), new FunctionCallContent("c2", "weather.forecast")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", JsonElement.Parse("""{ "rain": true }""")), new FunctionResultContent("c2", null) { Exception = new InvalidOperationException("No city given.") }]));

        var messages = body["messages"]!.AsArray();
        Assert.Equal(["thinking", "text", "tool_use", "tool_use"], messages[1]!["content"]!.AsArray().Select(part => (string?)part!["type"]));
        Assert.Equal(("SIG", "weather_forecast", "Paris"), ((string?)messages[1]!["content"]![0]!["signature"], (string?)messages[1]!["content"]![2]!["name"], (string?)messages[1]!["content"]![2]!["input"]!["city"]));
        Assert.Equal([("c1", false, "{\"rain\":true}"), ("c2", true, "Error: No city given.")],
            messages[2]!["content"]!.AsArray().Select(part => ((string?)part!["tool_use_id"], (bool)part["is_error"]!, (string?)part["content"])));
    }

    [Fact]
    public async Task Images_and_documents_are_sent()
    {
        var body = await BodyAsync(null, new ChatMessage(ChatRole.User, [new TextContent("Look"), new DataContent(new byte[] { 1, 2, 3 }, "image/png"), new DataContent(new byte[] { 1 }, "application/pdf"), new UriContent("https://example.org/a.png", "image/png")]));

        Assert.Equal(["text", "image", "document", "image"], body["messages"]![0]!["content"]!.AsArray().Select(part => (string?)part!["type"]));
    }

    [Theory]
    [InlineData("audio/wav")]
    [InlineData("application/zip")]
    public void What_the_models_cannot_read_is_an_error_that_names_it(string mediaType)
    {
        using var provider = new AnthropicProvider(new() { BaseUrl = RawServer.Nobody(), Key = "k" });

        var error = Assert.Throws<TurnException>(() => { provider.Client("m").GetStreamingResponseAsync([new(ChatRole.User, [new DataContent(new byte[] { 1 }, mediaType)])], cancellationToken: TestContext.Current.CancellationToken); });

        Assert.Equal(TurnErrorCode.ResourceUnsupported, error.Code);
        Assert.Contains($"\"{mediaType}\"", error.Message);
    }

    [Fact]
    public void JSON_without_a_schema_is_an_error_rather_than_dropped()
    {
        using var provider = new AnthropicProvider(new() { BaseUrl = RawServer.Nobody(), Key = "k" });

        var error = Assert.Throws<TurnException>(() => { provider.Client("m").GetStreamingResponseAsync("hi", new() { ResponseFormat = ChatResponseFormat.Json }, TestContext.Current.CancellationToken); });

        Assert.Equal((TurnErrorCode.ParameterInvalid, "parameters.responseFormat"), (error.Code, error.Field));
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":["string","null"]}},"additionalProperties":false}""", "[]")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"required":["a"]}""", "[\"a\"]")]
    [InlineData("""{"type":["object","null"],"properties":{"a":{"type":"string"}},"required":["a"]}""", "[\"a\"]")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/n"}},"required":["a"],"$defs":{"n":{"type":"string"}}}""", "[\"a\"]")]
    public async Task A_schema_of_an_object_is_sent_also_when_all_its_members_are_optional(string schema, string required)
    {
        var body = await BodyAsync(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema), "answer") }, new ChatMessage(ChatRole.User, "hi"));

        var format = body["output_config"]!["format"]!;
        Assert.Equal(("json_schema", "object", required), ((string?)format["type"], (string?)format["schema"]!["type"], format["schema"]!["required"]!.ToJsonString()));
        Assert.NotNull(format["schema"]!["properties"]!["a"]);
        Assert.Equal(schema.Contains("$defs", StringComparison.Ordinal), format["schema"]!["$defs"] is not null);
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"string"}}""")]
    [InlineData("""{"anyOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"type":"string"}]}""")]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"type":"string"}""")]
    [InlineData("true")]
    public void A_schema_that_cannot_be_sent_is_an_error_rather_than_dropped(string schema)
    {
        using var provider = new AnthropicProvider(new() { BaseUrl = RawServer.Nobody(), Key = "k" });

        var error = Assert.Throws<TurnException>(() => { provider.Client("m").GetStreamingResponseAsync("hi", new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema)) }, TestContext.Current.CancellationToken); });

        Assert.Equal((TurnErrorCode.ParameterInvalid, "parameters.responseFormat"), (error.Code, error.Field));
    }

    [Fact]
    public async Task Redacted_thoughts_go_back_as_they_came_in_the_same_turn_and_in_the_next()
    {
        var asked = 0;
        await using var model = RawServer.Start(exchange => exchange.StreamAsync(
        [
            AnthropicContract.Event("message_start", "\"message\":{\"id\":\"a\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"),
            .. asked++ == 0 ? Redacted : [AnthropicContract.Event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"ok\"}"), AnthropicContract.Event("content_block_stop", "\"index\":0")],
            AnthropicContract.Event("message_delta", $"\"delta\":{{\"stop_reason\":\"{(asked == 1 ? "tool_use" : "end_turn")}\",\"stop_sequence\":null}},\"usage\":{{\"output_tokens\":3}}"),
            AnthropicContract.Event("message_stop"),
        ]));
        using var provider = new AnthropicProvider(new() { BaseUrl = model.Url, Key = "k" });
        await using var server = new Server.RunningServer(services =>
        {
            services.AddSingleton(new HostModel("ant/m", provider.Client("m")));
            services.AddTurnpike().AddTool(() => "Rome", "locate", "Where the user is.");
        });

        var turn = await server.TurnAsync(new { content = "Where am I?", model = "ant/m", tools = new[] { "locate" } });
        await server.TurnAsync(new { conversation = turn.GetProperty("conversation").GetString(), content = "Sure?", model = "ant/m", tools = new[] { "locate" } });

        var bodies = model.Requests.Select(request => JsonNode.Parse(request.Body)!).ToArray();
        Assert.Equal(3, bodies.Length);
        foreach (var body in bodies[1..])
        {
            var answer = body["messages"]![1]!["content"]!.AsArray();
            Assert.Equal(["redacted_thinking", "thinking", "tool_use"], answer.Select(part => (string?)part!["type"]));
            Assert.Equal("""{"type":"redacted_thinking","data":"cmVk"}""", Ordered(answer[0]!));
            Assert.Equal(("", "c2ln"), ((string?)answer[1]!["thinking"], (string?)answer[1]!["signature"])); // a thought that is only not shown
        }
    }

    private static string[] Redacted =>
    [
        AnthropicContract.Event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"cmVk\"}"),
        AnthropicContract.Event("content_block_stop", "\"index\":0"),
        AnthropicContract.Event("content_block_start", "\"index\":1,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
        AnthropicContract.Event("content_block_delta", "\"index\":1,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"c2ln\"}"),
        AnthropicContract.Event("content_block_stop", "\"index\":1"),
        AnthropicContract.Event("content_block_start", "\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"locate\",\"input\":{}}"),
        AnthropicContract.Event("content_block_delta", "\"index\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
        AnthropicContract.Event("content_block_stop", "\"index\":2"),
    ];

    private static string Ordered(JsonNode part) => new JsonObject(part.AsObject().OrderByDescending(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();

    [Fact]
    public async Task Reasoning_comes_with_the_signature_that_must_go_back()
    {
        await using var server = RawServer.Streaming(
        [
            AnthropicContract.Event("message_start", "\"message\":{\"id\":\"a\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"),
            AnthropicContract.Event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
            AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Hm.\"}"),
            AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"SIG\"}"),
            AnthropicContract.Event("content_block_stop", "\"index\":0"),
            AnthropicContract.Event("message_delta", "\"delta\":{\"stop_reason\":\"max_tokens\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":3}"),
            AnthropicContract.Event("message_stop"),
        ]);
        using var provider = new AnthropicProvider(new() { BaseUrl = server.Url, Key = "k" });

        var response = await provider.Client("m").GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken);

        var thought = Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>());
        Assert.Equal(("Hm.", "SIG", ChatFinishReason.Length), (thought.Text, thought.ProtectedData, response.FinishReason!.Value));
        var pieces = new List<TextReasoningContent>();
        await foreach (var update in provider.Client("m").GetStreamingResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken)) pieces.AddRange(update.Contents.OfType<TextReasoningContent>());
        Assert.Equal(["Hm. ", " SIG"], pieces.Select(piece => $"{piece.Text} {piece.ProtectedData}")); // and nothing of the empty signature that a block begins with
    }

    [Theory]
    [InlineData("", "k", true)]
    [InlineData("v1", "k", true)]
    [InlineData("proxy/", null, false)]
    public async Task The_base_URL_may_end_in_v1_and_a_key_is_sent_only_if_there_is_one(string path, string? key, bool authorized)
    {
        await using var server = RawServer.Answering("200 OK", """{"data":[{"type":"model","id":"claude-x","display_name":"Claude X","created_at":"2025-01-01T00:00:00Z","max_input_tokens":200000}],"has_more":false,"first_id":null,"last_id":null}""");
        using var provider = new AnthropicProvider(new() { Name = "ant", BaseUrl = new(server.Url, path), Key = key });

        var model = Assert.Single(await provider.ListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("ant/claude-x", "Claude X", 200000), (model.Id, model.DisplayName, model.ContextWindow!.Value));
        Assert.StartsWith(path == "proxy/" ? "/proxy/v1/models" : "/v1/models", server.Request.Path);
        Assert.Equal(authorized, server.Request.Headers.ContainsKey("Authorization") || server.Request.Headers.ContainsKey("X-Api-Key"));
    }

    [Fact]
    public async Task Half_a_character_in_a_stream_is_told_as_one_that_cannot_be_read()
    {
        await using var server = RawServer.Streaming(
        [
            AnthropicContract.Event("message_start", "\"message\":{\"id\":\"a\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"),
            AnthropicContract.Event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
            AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"A\\ud83d\"}"),
            AnthropicContract.Event("content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"B\\ud83d\\ude00" + new string('x', 40_000) + "\"}"),
            AnthropicContract.Event("content_block_stop", "\"index\":0"),
            AnthropicContract.Event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":3}"),
            AnthropicContract.Event("message_stop"),
        ]);
        using var provider = new AnthropicProvider(new() { BaseUrl = server.Url, Key = "k" });

        Assert.Equal("A\uFFFDB😀" + new string('x', 40_000), (await provider.Client("m").GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task Models_are_listed_from_every_page_and_as_OpenAI_lists_them()
    {
        await using var server = RawServer.Start(exchange =>
        {
            var body = exchange.Request.Path.Contains("after_id=b", StringComparison.Ordinal)
                ? """{"data":[{"id":"a","object":"model","created":1,"owned_by":"us"},{"id":"half\ud83d"},{"id":7},null,{"id":"c","capabilities":{"image_input":{"supported":true},"pdf_input":{"supported":false},"new":1},"max_input_tokens":"many"}],"object":"list"}"""
                : """{"data":[{"type":"model","id":"b","display_name":"B \ud83d","created_at":"2025-01-01T00:00:00Z"}],"has_more":true,"last_id":"b"}""";
            return exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        });
        using var provider = new AnthropicProvider(new() { Name = "ant", BaseUrl = server.Url, Key = "k" });

        var models = await provider.ListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["ant/a ", "ant/b B \uFFFD", "ant/c "], models.Select(model => $"{model.Id} {model.DisplayName}"));
        Assert.Equal([null, null, "text image"], models.Select(model => model.Input is { } input ? string.Join(' ', input) : null));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_list_that_is_none_is_an_error()
    {
        await using var server = RawServer.Answering("200 OK", "<html>", "Content-Type: text/html\r\n");
        using var provider = new AnthropicProvider(new() { BaseUrl = server.Url, Key = "k" });

        Assert.Equal(TurnErrorCode.ProviderRefused, (await Assert.ThrowsAsync<TurnException>(() => provider.ListAsync(TestContext.Current.CancellationToken))).Code);
    }

    [Fact]
    public async Task Streams_are_not_compressed()
    {
        await using var server = RawServer.Answering("500 Oops", "{}");
        using var provider = new AnthropicProvider(new() { BaseUrl = server.Url, Key = "k" });

        await Assert.ThrowsAsync<TurnException>(() => provider.Client("m").GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken));

        Assert.DoesNotContain("Accept-Encoding", server.Request.Headers.Keys);
    }

    private static string? Json(JsonNode body, string name) => body[name]?.ToJsonString();

    private sealed class DeclaredTool(string name, JsonElement schema, bool? strict) : AIFunctionDeclaration
    {
        public override string Name => name;

        public override JsonElement JsonSchema => schema;

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } = strict is { } said ? new Dictionary<string, object?> { ["strict"] = said } : [];
    }

    private static async Task<JsonNode> BodyAsync(ChatOptions? options, params ChatMessage[] messages)
    {
        await using var server = RawServer.Answering("500 Oops", "{}");
        using var provider = new AnthropicProvider(new() { BaseUrl = server.Url, Key = "k" });
        await Assert.ThrowsAsync<TurnException>(() => provider.Client("m").GetResponseAsync(messages, options, TestContext.Current.CancellationToken));
        return JsonNode.Parse(server.Request.Body)!;
    }
}
