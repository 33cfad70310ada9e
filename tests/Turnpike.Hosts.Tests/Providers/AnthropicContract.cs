using System.Text.Json;
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

    protected override string[] Finish(bool calledTools = false) =>
    [
        Event("message_delta", $$"""
            "delta":{"stop_reason":"{{(calledTools ? "tool_use" : "end_turn")}}","stop_sequence":null},"usage":{"output_tokens":3}
            """),
        Event("message_stop"),
    ];

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
