using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Mcp;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Slips of ordinary clients: a text cut inside an emoji, a name that stands twice, a number where a name belongs. Each is told; none is a fault of the server.</summary>
public sealed class ClientSlips(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Half = "\\ud83d";
    private const string Hi = """ "messages":[{"role":"user","content":"Hi"}] """;

    private static readonly string[] Strict = ["/v1/chat/completions", "/v1/responses", "/v1/responses/input_tokens", "/v1/conversations", "/v1/prompts", "/api/chat", "/api/agui"];

    /// <summary>Bodies that no face takes, with what the message says of them.</summary>
    private static readonly (string Body, string Told)[] Anywhere =
    [
        ($$"""{"model":"{{Half}}"}""", "no Unicode"),
        ($$"""{"input":"{{Half}}","prompt":"{{Half}}","messages":[{"role":"user","content":"{{Half.ToUpperInvariant().Replace("U", "u", StringComparison.Ordinal)}}"}]}""", "no Unicode"),
        ($$"""{"{{Half}}":1}""", "no Unicode"),
        ("""{"turnpike":{"project":"a","project":"b"}}""", "\"project\" is there twice"),
        ("""{"tools":[{"type":"function","name":"a","name":"b"}]}""", "\"name\" is there twice"),
        ("""{"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object","type":"array"}}}}""", "\"type\" is there twice"),
        ("""{"text":{"format":{"type":"json_schema","name":"s","schema":{"a":1,"a":2}}}}""", "\"a\" is there twice"),
        ("""{"forwardedProps":{"turnpike":{"model":"a","model":"b"}}}""", "\"model\" is there twice"),
    ];

    /// <summary>Bodies that one face does not take, with the field.</summary>
    public static TheoryData<string, string, string> Fields => new()
    {
        { "/v1/chat/completions", $$"""{"model":"test/model","modalities":[1],{{Hi}}}""", "modalities[0]" },
        { "/v1/chat/completions", $$"""{"model":"test/model","metadata":{"prompt_variables":"{\"a\":1,\"a\":2}"},{{Hi}}}""", "metadata.prompt_variables" },
        { "/v1/chat/completions", $$"""{"model":"test/model","metadata":{"inputs":"{\"a\":\"\\ud83d\"}"},{{Hi}}}""", "metadata.inputs" },
        { "/v1/responses", """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike","allowed_tools":[1]}]}""", "tools[0].allowed_tools[0]" },
        { "/v1/responses", """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike","allowed_tools":{"tool_names":[{}]}}]}""", "tools[0].allowed_tools.tool_names[0]" },
        { "/v1/responses", """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike","require_approval":{"always":{"tool_names":[1]}}}]}""", "tools[0].require_approval.always.tool_names[0]" },
        { "/v1/responses", """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike","require_approval":{"always":[1]}}]}""", "tools[0].require_approval.always" },
    };

    [Fact]
    public async Task A_name_that_stands_twice_and_half_a_character_are_refused_on_every_face_in_its_own_words()
    {
        var server = shared.Server;
        foreach (var path in Strict)
        {
            foreach (var (body, told) in Anywhere)
            {
                using var refused = await server.PostJsonAsync(path, body);
                var text = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True((int)refused.StatusCode == 400, $"{path} {body}: {(int)refused.StatusCode} {text}");
                var message = path == "/api/chat" ? text : (await FaceCalls.ErrorAsync(refused)).Message;
                Assert.True(message.StartsWith("Line 1, column ", StringComparison.Ordinal) && message.Contains(told, StringComparison.Ordinal), $"{path} {body}: {message}");
            }
            using var torn = new ByteArrayContent([.. "{\"model\":\""u8, 0xC3, .. "\"}"u8]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var bytes = await server.Client.PostAsync(path, torn, TestContext.Current.CancellationToken);
            Assert.Equal(400, (int)bytes.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task What_is_no_text_is_refused_with_the_field(string path, string body, string field)
    {
        var refused = await shared.Server.ErrorAsync(path, body);
        Assert.Equal((400, "request_invalid", field), (refused.Status, refused.Code, refused.Param));
    }

    [Fact]
    public async Task Arguments_of_an_earlier_call_reach_the_model_whatever_it_wrote()
    {
        await using var server = new RunningServer();
        foreach (var (arguments, sent) in ((string, string)[])[("""{"a":1,"a":2}""", """{"a":2}"""), ("""{"a":"\ud83d"}""", """{"a":"\ud83d"}""")])
        {
            var body = new JsonObject
            {
                ["model"] = "test/model",
                ["messages"] = new JsonArray(
                    new JsonObject { ["role"] = "assistant", ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = "c", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = arguments } }) },
                    new JsonObject { ["role"] = "tool", ["tool_call_id"] = "c", ["content"] = "ok" }),
            };
            await server.AnswerAsync("/v1/chat/completions", body.ToJsonString());
            var call = server.Model.Last.Messages[0].Contents.OfType<Microsoft.Extensions.AI.FunctionCallContent>().Single();
            Assert.Equal(sent, Turns.Json.ToolValues.ArgumentsText(call));
        }
    }

    [Theory]
    [InlineData("""{"jsonrpc":2.0,"id":1,"method":"ping"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":{},"result":{}}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"a","arguments":{"x":"1","x":"2"}}}""", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"\ud83d"}}""", -32700)]
    public async Task A_message_of_MCP_that_is_none_is_refused(string message, int code)
    {
        using var refused = await shared.Server.SendAsync(HttpMethod.Post, "/mcp", message, ("Accept", "application/json, text/event-stream"));
        Assert.Equal((400, code), ((int)refused.StatusCode, (await shared.Server.JsonAsync(refused)).GetProperty("error").GetProperty("code").GetInt32()));
    }

    [Fact]
    public async Task A_name_that_is_a_number_is_refused_over_MCP()
    {
        var client = new McpClientOf(shared.Server, modern: true);
        var (status, code, error) = await client.ErrorAsync("prompts/get", new JsonObject { ["name"] = "7" }, request =>
            request.Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":7,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""", Encoding.UTF8, "application/json"));
        Assert.Equal((400, -32602, "\"name\" must be a text."), (status, code, (string?)error["message"]));
    }
}
