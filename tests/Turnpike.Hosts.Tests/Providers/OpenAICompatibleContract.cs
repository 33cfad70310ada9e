using System.Text.Json;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Providers;

public sealed class OpenAICompatibleContract : ProviderContract
{
    protected override IModelProvider Provider(Uri server, string? key = Key) =>
        new OpenAICompatibleProvider(new() { Name = "openai", BaseUrl = new(server, "v1"), Key = key });

    protected override string[] Start() => [Chunk("""{"role":"assistant","content":""}""")];

    protected override string[] Text(string text) => [Chunk($$"""{"content":{{JsonSerializer.Serialize(text)}}}""")];

    protected override string[] ToolCall(string id, string name, string arguments) =>
    [
        Chunk($$$"""{"tool_calls":[{"index":0,"id":"{{{id}}}","type":"function","function":{"name":"{{{name}}}","arguments":""}}]}"""),
        Chunk($$$"""{"tool_calls":[{"index":0,"function":{"arguments":{{{JsonSerializer.Serialize(arguments[..5])}}}}}]}"""),
        Chunk($$$"""{"tool_calls":[{"index":0,"function":{"arguments":{{{JsonSerializer.Serialize(arguments[5..])}}}}}]}"""),
    ];

    protected override string[] Finish(bool calledTools = false) =>
    [
        Chunk("{}", calledTools ? "\"tool_calls\"" : "\"stop\""),
        """
        data: {"id":"answer-1","model":"m-2024","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4}}}


        """,
        "data: [DONE]\n\n",
    ];

    protected override string ErrorEvent(string message) => $"data: {ErrorBody(message)}\n\n";

    protected override string ErrorBody(string message) => $$$"""{"error":{"message":{{{JsonSerializer.Serialize(message)}}},"type":"server_error","param":null,"code":null}}""";

    private static string Chunk(string delta, string finish = "null") =>
        $$"""data: {"id":"answer-1","object":"chat.completion.chunk","created":1,"model":"m-2024","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finish}}}]}""" + "\n\n";
}
