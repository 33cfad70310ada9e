using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Providers.Anthropic;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Providers;

public sealed class AnthropicContract : ProviderContract
{
    private int block;

    protected override IModelProvider Provider(Uri server, string? key = Key) => new AnthropicProvider(new() { BaseUrl = server, Key = key });

    protected override string[] Start() =>
    [
        Event("message_start", """
            "message":{"id":"answer-1","type":"message","role":"assistant","model":"m-2024","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"cache_read_input_tokens":4,"cache_creation_input_tokens":0,"output_tokens":1}}
            """),
        Event("ping"),
    ];

    protected override string[] Text(string text) => Block("""{"type":"text","text":""}""", $$"""{"type":"text_delta","text":{{JsonSerializer.Serialize(text)}}}""");

    protected override string[] ToolCall(string id, string name, string arguments) => Block(
        $$$"""{"type":"tool_use","id":"{{{id}}}","name":"{{{name}}}","input":{}}""",
        $$"""{"type":"input_json_delta","partial_json":{{JsonSerializer.Serialize(arguments[..5])}}}""",
        $$"""{"type":"input_json_delta","partial_json":{{JsonSerializer.Serialize(arguments[5..])}}}""");

    protected override string[] Finish(bool calledTools = false) => Finish(calledTools ? "tool_use" : "end_turn");

    private static string[] Finish(string reason) =>
    [
        Event("message_delta", $$"""
            "delta":{"stop_reason":"{{reason}}","stop_sequence":null},"usage":{"output_tokens":3}
            """),
        Event("message_stop"),
    ];

    [Fact]
    public async Task A_tool_call_that_is_cut_off_at_the_last_token_is_not_made_without_arguments()
    {
        var deleted = 0;
        var (cut, whole) = ((string[])[.. Start(), .. Block("""{"type":"tool_use","id":"call-7","name":"delete_rows","input":{}}""", """{"type":"input_json_delta","partial_json":"{\"filter\": \"na"}"""), .. Finish("max_tokens")], (string[])[.. Start(), .. Text("Sorry."), .. Finish()]);
        await using var server = RawServer.Start(exchange => exchange.StreamAsync(exchange.Request.Body.Contains("tool_result", StringComparison.Ordinal) ? whole : cut));

        var turn = await RunAsync(server, new() { Content = "hi", Tools = ["delete_rows"] }, services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create((string? filter = null) => ++deleted, "delete_rows")));

        Assert.Equal(("Sorry.", 0), (turn.Answer, deleted));
        var told = JsonNode.Parse(server.Requests.Last().Body)!["messages"]!.AsArray()[^1]!["content"]![0]!;
        Assert.Equal(("tool_result", "call-7"), ((string?)told["type"], (string?)told["tool_use_id"]));
        Assert.StartsWith("The arguments of \"delete_rows\" are not a JSON object", Words(told["content"]!), StringComparison.Ordinal);

        static string Words(JsonNode content) => content is JsonArray parts ? (string)parts[0]!["text"]! : (string)content!;
    }

    protected override string ErrorEvent(string message) => Event("error", $$"""
        "error":{"type":"overloaded_error","message":{{JsonSerializer.Serialize(message)}}}
        """);

    protected override string ErrorBody(string message) => $$$"""{"type":"error","error":{"type":"some_error","message":{{{JsonSerializer.Serialize(message)}}}},"request_id":"req_1"}""";

    private string[] Block(string start, params string[] deltas)
    {
        var index = block++;
        return
        [
            Event("content_block_start", $"\"index\":{index},\"content_block\":{start}"),
            .. deltas.Select(delta => Event("content_block_delta", $"\"index\":{index},\"delta\":{delta}")),
            Event("content_block_stop", $"\"index\":{index}"),
        ];
    }

    internal static string Event(string type, string members = "") => $"event: {type}\ndata: {{\"type\":\"{type}\"{(members.Length > 0 ? "," : "")}{members}}}\n\n";
}
