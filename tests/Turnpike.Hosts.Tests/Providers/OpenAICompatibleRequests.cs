using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Models;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>Each test shows the exact bytes that reach the server.</summary>
public sealed class OpenAICompatibleRequests
{
    private const string Streamed = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    private static readonly string[] Answer = ["data: {\"choices\":[{\"delta\":{\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n"];
    private static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""");

    [Fact]
    public async Task One_text_is_a_string()
    {
        Assert.Equal("{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"<b>Grüße & 'mehr' \\uD83C\\uDF0D</b>\"}]," + Streamed + "}",
            await BodyAsync([new(ChatRole.System, "Be brief."), new(ChatRole.User, "<b>Grüße & 'mehr' 🌍</b>")]));
    }

    [Theory]
    [InlineData("ann_2-b", "ann_2-b")]
    [InlineData("Jane Roe <admin>", "Jane_Roe__admin")]
    [InlineData("Größe", "Gr__e")]
    [InlineData("<🙂>", null)]
    public async Task A_name_is_written_as_the_vendor_takes_it(string author, string? name)
    {
        var body = JsonNode.Parse(await BodyAsync([new(ChatRole.User, "Hi") { AuthorName = author }]))!;
        Assert.Equal(name, (string?)body["messages"]![0]!["name"]);
    }

    [Fact]
    public async Task The_request_carries_key_type_and_extra_headers()
    {
        await using var server = RawServer.Streaming(Answer);
        var provider = new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = new(server.Url, "api/v1/?api-version=7"), Key = "k", Headers = new Dictionary<string, string> { ["X-Title"] = "T" } });

        await provider.Client("m").GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken);

        var request = server.Request;
        Assert.Equal(("POST", "/api/v1/chat/completions?api-version=7"), (request.Method, request.Path));
        Assert.Equal(("Bearer k", "application/json", "text/event-stream", "T"),
            (request.Headers["Authorization"], request.Headers["Content-Type"], request.Headers["Accept"], request.Headers["X-Title"]));
        Assert.DoesNotContain("Accept-Encoding", request.Headers.Keys);
    }

    [Fact]
    public async Task Without_a_key_there_is_no_authorization()
    {
        await using var server = RawServer.Streaming(Answer);

        await new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = server.Url }).Client("m").GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken);

        Assert.DoesNotContain("Authorization", server.Request.Headers.Keys);
    }

    [Fact]
    public async Task Every_option_is_sent()
    {
        var options = new ChatOptions
        {
            Instructions = "First.",
            Temperature = 0.2f,
            TopP = 0.9f,
            TopK = 40,
            MaxOutputTokens = 800,
            PresencePenalty = 0.5f,
            FrequencyPenalty = -1.5f,
            Seed = 42,
            StopSequences = ["END", "\n\n"],
            ResponseFormat = ChatResponseFormat.Json,
            AdditionalProperties = new()
            {
                [ModelOptionKeys.ReasoningEffort] = "minimal",
                [ModelOptionKeys.Verbosity] = "low",
                [ModelOptionKeys.WebSearch] = true,
            },
        };

        Assert.Equal("""{"model":"m","messages":[{"role":"system","content":"First."},{"role":"user","content":"hi"}],""" + Streamed + """,""" +
            """
            "temperature":0.2,"top_p":0.9,"top_k":40,"max_tokens":800,"presence_penalty":0.5,"frequency_penalty":-1.5,"seed":42,"stop":["END","\n\n"],"reasoning_effort":"minimal","verbosity":"low","response_format":{"type":"json_object"},"web_search_options":{}}
            """, await BodyAsync([new(ChatRole.User, "hi")], options));
    }

    [Theory]
    [InlineData(ReasoningEffort.None, "none")]
    [InlineData(ReasoningEffort.Medium, "medium")]
    [InlineData(ReasoningEffort.ExtraHigh, "xhigh")]
    public async Task Reasoning_effort_is_told_in_the_servers_words(ReasoningEffort effort, string word)
    {
        Assert.EndsWith($",\"reasoning_effort\":\"{word}\"}}", await BodyAsync([new(ChatRole.User, "hi")], new() { Reasoning = new() { Effort = effort } }));
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", null, "max_completion_tokens")]
    [InlineData("https://me.openai.azure.com/openai/v1", null, "max_completion_tokens")]
    [InlineData("http://127.0.0.1:11434/v1", null, "max_tokens")]
    [InlineData("http://127.0.0.1:11434/v1", "max_new_tokens", "max_new_tokens")]
    public void The_token_limit_has_the_name_that_the_server_knows(string url, string? set, string name)
    {
        Assert.Equal(name, new OpenAICompatibleOptions { Name = "x", BaseUrl = new(url), MaxTokensMember = set }.MaxTokensName);
    }

    [Fact]
    public async Task A_schema_is_sent_with_its_name()
    {
        var options = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "place", "Where."), AdditionalProperties = new() { ["strict"] = true } };

        Assert.EndsWith(""","response_format":{"type":"json_schema","json_schema":{"name":"place","description":"Where.","schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},"strict":true}}}""",
            await BodyAsync([new(ChatRole.User, "hi")], options));
    }

    [Fact]
    public async Task Provider_options_come_last_and_win()
    {
        var options = new ChatOptions
        {
            Temperature = 0.2f,
            Seed = 1,
            AdditionalProperties = new() { [ModelOptionKeys.ProviderOptions] = JsonNode.Parse("""{"temperature":1,"logit_bias":{"5":-100},"stream_options":{"include_usage":false}}""") },
        };

        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true,"seed":1,"temperature":1,"logit_bias":{"5":-100},"stream_options":{"include_usage":false}}""",
            await BodyAsync([new(ChatRole.User, "hi")], options));
    }

    [Fact]
    public async Task Tools_carry_their_whole_schema()
    {
        var options = new ChatOptions
        {
            Tools = [AIFunctionFactory.CreateDeclaration("forecast", "Tells the weather.", Schema), new Strict(), new HostedWebSearchTool()],
            ToolMode = ChatToolMode.Auto,
            AllowMultipleToolCalls = false,
        };

        Assert.EndsWith(""","tools":[{"type":"function","function":{"name":"forecast","description":"Tells the weather.","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}},{"type":"function","function":{"name":"strict_one","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]},"strict":true}}],"tool_choice":"auto","parallel_tool_calls":false,"web_search_options":{}}""",
            await BodyAsync([new(ChatRole.User, "hi")], options));
    }

    [Theory]
    [InlineData("none", "\"none\"")]
    [InlineData("required", "\"required\"")]
    [InlineData("forecast", """{"type":"function","function":{"name":"forecast"}}""")]
    public async Task A_tool_choice_is_told(string choice, string json)
    {
        var mode = choice switch { "none" => ChatToolMode.None, "required" => (ChatToolMode)ChatToolMode.RequireAny, _ => ChatToolMode.RequireSpecific(choice) };

        Assert.EndsWith($",\"tool_choice\":{json}}}", await BodyAsync([new(ChatRole.User, "hi")], new() { Tools = [AIFunctionFactory.CreateDeclaration("forecast", null, Schema)], ToolMode = mode }));
    }

    [Fact]
    public async Task A_tool_choice_without_tools_is_not_sent()
    {
        Assert.EndsWith(Streamed + "}", await BodyAsync([new(ChatRole.User, "hi")], new() { ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = true }));
    }

    [Fact]
    public async Task Tool_names_that_the_protocol_forbids_are_written_otherwise()
    {
        var tools = new[] { "files.read", "files_read", "files/read" }.Select(name => (AITool)AIFunctionFactory.CreateDeclaration(name, null, Schema)).ToList();

        var body = await BodyAsync([new(ChatRole.Assistant, [new FunctionCallContent("1", "files/read")]), new(ChatRole.Tool, [new FunctionResultContent("1", "x")])],
            new() { Tools = tools, ToolMode = ChatToolMode.RequireSpecific("files.read") });

        var json = JsonNode.Parse(body)!;
        Assert.Equal(["files_read_2", "files_read", "files_read_3"], json["tools"]!.AsArray().Select(tool => (string?)tool!["function"]!["name"]));
        Assert.Equal("files_read_3", (string?)json["messages"]![0]!["tool_calls"]![0]!["function"]!["name"]);
        Assert.Equal("files_read_2", (string?)json["tool_choice"]!["function"]!["name"]);
    }

    [Fact]
    public async Task Several_parts_are_an_array()
    {
        var message = new ChatMessage(ChatRole.User,
        [
            new TextContent("Look:"),
            new DataContent(new byte[] { 1, 2, 3 }, "image/png") { AdditionalProperties = new() { ["detail"] = "low" } },
            new UriContent("https://example.org/a.jpg", "image/jpeg"),
            new DataContent(new byte[] { 1, 2, 3 }, "audio/mpeg"),
            new DataContent(new byte[] { 1, 2, 3 }, "application/pdf") { Name = "plan.pdf" },
            new HostedFileContent("file-9"),
        ])
        { AuthorName = "ann" };

        Assert.Equal("""{"model":"m","messages":[{"role":"user","name":"ann","content":[{"type":"text","text":"Look:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}},{"type":"image_url","image_url":{"url":"https://example.org/a.jpg"}},{"type":"input_audio","input_audio":{"data":"AQID","format":"mp3"}},{"type":"file","file":{"filename":"plan.pdf","file_data":"data:application/pdf;base64,AQID"}},{"type":"file","file":{"file_id":"file-9"}}]}],""" + Streamed + "}",
            await BodyAsync([message]));
    }

    [Fact]
    public async Task A_tool_round_keeps_its_order()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Weather?"),
            new(ChatRole.Assistant, [new TextReasoningContent("Two places."), new TextContent("Let me see."),
                new FunctionCallContent("c1", "forecast", new Dictionary<string, object?> { ["city"] = "Zürich", ["days"] = 2 }), new FunctionCallContent("c2", "forecast")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", JsonElement.Parse("""{"rain":true}""")), new FunctionResultContent("c2", null) { Exception = new InvalidOperationException("No city given.") }]),
            new(ChatRole.Assistant, [new FunctionCallContent("c3", "now")]),
            new(ChatRole.Tool, [new FunctionResultContent("c3", "noon")]),
        ];

        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"Weather?"},""" +
            """{"role":"assistant","content":"Let me see.","tool_calls":[{"id":"c1","type":"function","function":{"name":"forecast","arguments":"{\"city\":\"Zürich\",\"days\":2}"}},{"id":"c2","type":"function","function":{"name":"forecast","arguments":"{}"}}]},""" +
            """{"role":"tool","tool_call_id":"c1","content":"{\"rain\":true}"},{"role":"tool","tool_call_id":"c2","content":"Error: No city given."},""" +
            """{"role":"assistant","content":null,"tool_calls":[{"id":"c3","type":"function","function":{"name":"now","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c3","content":"noon"}],""" + Streamed + "}",
            await BodyAsync(messages));
    }

    [Fact]
    public async Task What_a_tool_answers_and_is_called_with_keeps_its_emoji()
    {
        var answer = System.Text.Json.JsonElement.Parse("""{"mood":"\ud83d\ude00 \\ud83d\\ude00","two":"😀😀"}""");
        ChatMessage[] messages =
        [
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "mood", new Dictionary<string, object?> { ["of"] = "😀" })]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", answer)]),
        ];

        var sent = System.Text.Json.JsonElement.Parse(await BodyAsync(messages)).GetProperty("messages");
        Assert.Equal("""{"of":"😀"}""", sent[0].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("""{"mood":"😀 \\ud83d\\ude00","two":"😀😀"}""", sent[1].GetProperty("content").GetString());
    }

    [Fact]
    public async Task What_a_tool_shows_follows_its_results()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.Assistant, [new FunctionCallContent("c1", "photo"), new FunctionCallContent("c2", "photo")]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", new AIContent[] { new TextContent("Taken."), new DataContent(new byte[] { 1, 2, 3 }, "image/png") }), new FunctionResultContent("c2", "none")]),
        ];

        Assert.Contains(""",{"role":"tool","tool_call_id":"c1","content":"Taken.\n[image/png, attached below]"},{"role":"tool","tool_call_id":"c2","content":"none"},{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID"}}]}],""",
            await BodyAsync(messages));
    }

    [Fact]
    public async Task Reasoning_is_replayed_only_where_that_is_wanted()
    {
        ChatMessage[] messages = [new(ChatRole.Assistant, [new TextReasoningContent("Hm."), new TextContent("Yes.")])];

        Assert.Contains("""[{"role":"assistant","content":"Yes."}]""", await BodyAsync(messages));
        Assert.Contains("""[{"role":"assistant","reasoning_content":"Hm.","content":"Yes."}]""", await BodyAsync(messages, replayReasoning: true));
    }

    [Fact]
    public async Task Arguments_that_were_no_JSON_go_back_as_they_came()
    {
        var call = new FunctionCallContent("c1", "f") { AdditionalProperties = new() { ["turnpike.rawArguments"] = "{\"a\": " } };

        Assert.Contains("""
            "arguments":"{\"a\": "
            """, await BodyAsync([new(ChatRole.Assistant, [call])]));
    }

    [Fact]
    public void A_tool_of_another_protocol_is_an_error_that_names_it()
    {
        using var provider = new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = RawServer.Nobody() });

        var error = Assert.Throws<TurnException>(() => { provider.Client("m").GetStreamingResponseAsync("hi", new() { Tools = [new HostedCodeInterpreterTool()] }, TestContext.Current.CancellationToken); });

        Assert.Equal(TurnErrorCode.ToolUnknown, error.Code);
        Assert.Contains("\"code_interpreter\"", error.Message);
    }

    private static async Task<string> BodyAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, bool replayReasoning = false)
    {
        await using var server = RawServer.Streaming(Answer);
        using var provider = new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = new(server.Url, "v1"), ReplayReasoning = replayReasoning });
        await provider.Client("m").GetResponseAsync(messages, options, TestContext.Current.CancellationToken);
        return server.Request.Body;
    }

    private sealed class Strict : AIFunctionDeclaration
    {
        public override string Name => "strict_one";
        public override JsonElement JsonSchema => Schema;
        public override IReadOnlyDictionary<string, object?> AdditionalProperties => new Dictionary<string, object?> { ["strict"] = true };
    }
}
