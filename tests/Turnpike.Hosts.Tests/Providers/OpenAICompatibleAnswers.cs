using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Providers;

/// <summary>What compatible servers send beside, instead of, or against the published format.</summary>
public sealed class OpenAICompatibleAnswers
{
    internal const string Stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    internal const string Done = "data: [DONE]\n\n";

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task Reasoning_is_read_under_both_names(string member)
    {
        var response = await AskAsync($"data: {{\"choices\":[{{\"delta\":{{\"content\":null,\"{member}\":\"Hm.\"}}}}]}}\n\n", Text("Yes"), Stop, Done);

        Assert.Equal("Hm.", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
        Assert.Equal("Yes", response.Text);
    }

    [Fact]
    public async Task All_that_was_said_so_far_beside_each_delta_is_not_said_again()
    {
        var response = await AskAsync(
            """data: {"choices":[{"delta":{"content":"The "},"message":{"content":"The "}}]}""" + "\n\n",
            """data: {"choices":[{"message":{"content":"The quick "},"delta":{"content":"quick "}}]}""" + "\n\n",
            """data: {"choices":[{"message":{"content":"fox"}}]}""" + "\n\n", Stop, Done);

        Assert.Equal("The quick fox", response.Text);
    }

    [Fact]
    public async Task Reasoning_told_under_both_names_is_read_once()
    {
        var response = await AskAsync("data: {\"choices\":[{\"delta\":{\"reasoning\":\"Hm.\",\"reasoning_content\":\"Hm.\"}}]}\n\n", Stop, Done);

        Assert.Equal("Hm.", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
    }

    [Fact]
    public async Task Of_endless_tool_calls_no_more_are_held_than_it_takes_to_refuse_them()
    {
        var chunk = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[" + string.Join(',', Enumerable.Range(0, 20_000).Select(n => $$$"""{"index":{{{n}}},"id":"c{{{n}}}","function":{"name":"f","arguments":"{}"}}""")) + "]}}]}\n\n";

        var response = await AskAsync(chunk, Stop, Done);

        Assert.Equal(513, response.Messages[0].Contents.OfType<FunctionCallContent>().Count());
    }

    [Theory]
    [InlineData("Hm 🙂.", "Hm \\ud83d", "\\ude42.")]
    [InlineData("🙂", "\\ud83d", "\\ude42")]
    [InlineData("Hm \ufffd", "Hm ", "\\ud83d")]
    public async Task A_character_that_two_pieces_of_reasoning_share_stays_one(string read, params string[] pieces)
    {
        var response = await AskAsync([.. pieces.Select(piece => "data: {\"choices\":[{\"delta\":{\"reasoning\":\"" + piece + "\"}}]}\n\n"), Text("Yes"), Stop, Done]);

        Assert.Equal((read, "Yes"), (string.Concat(response.Messages[0].Contents.OfType<TextReasoningContent>().Select(thought => thought.Text)), response.Text));
    }

    [Fact]
    public async Task Chunks_that_differ_in_nothing_but_their_text_are_read_as_any_other()
    {
        string[] texts = ["a", "plain ", "\\n", "\\\"quoted\\\"", "\\u00e9", "\\ud83d", "\\ude42", "ü🌍", "", "}}]}", "\\\"}}]} ", "z"];
        var response = await AskAsync([.. texts.Select(text => "data: {\"id\":\"x\",\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n"), Stop, Done]);

        Assert.Equal("aplain \n\"quoted\"é🙂ü🌍}}]}\"}}]} z", response.Text);
        Assert.Equal("x", response.ResponseId);
    }

    [Fact]
    public async Task A_chunk_that_is_like_an_earlier_one_brings_all_that_it_says()
    {
        const string Told = """data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""" + "\n\n";
        const string Thought = """data: {"choices":[{"delta":{"content":"b","reasoning":"Hm."}}]}""" + "\n\n";
        var response = await AskAsync(Told, Told.Replace("completion_tokens\":1", "completion_tokens\":2"), Told, Thought, Thought, Text("c"), Text("d"), Stop, Done);

        Assert.Equal("aaabbcd", response.Text);
        Assert.Equal("Hm.Hm.", string.Concat(response.Messages[0].Contents.OfType<TextReasoningContent>().Select(part => part.Text)));
        Assert.Equal(1, response.Usage?.OutputTokenCount);
    }

    [Fact]
    public async Task Text_with_a_bare_control_character_is_no_JSON_however_many_chunks_were_before()
    {
        var error = await Assert.ThrowsAsync<TurnException>(() => AskAsync(Text("a"), Text("b"), Text("c\u0001"), Stop, Done));

        Assert.Equal(TurnErrorCode.ProviderStreamBroken, error.Code);
    }

    [Fact]
    public async Task Parts_in_place_of_text_are_read()
    {
        var response = await AskAsync("""data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"Yes"}]}}]}""" + "\n\n", Stop, Done);

        Assert.Equal("Yes", response.Text);
        Assert.Equal("Hm.", Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text);
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":7,"completion_tokens":2}}]}""")]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}""")]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null,"x_groq":{"usage":{}}}""", """{"choices":null,"usage":{"prompt_tokens":7.0,"completion_tokens":2}}""")]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":1}}""", """{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":2}}""")]
    public async Task Usage_is_found_wherever_it_is(params string[] chunks)
    {
        var usage = (await AskAsync([Text("A"), .. chunks.Select(chunk => $"data: {chunk}\n\n"), Done])).Usage!;

        Assert.Equal((7, 2, 9), (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount));
    }

    [Fact]
    public async Task Reasoning_and_cached_tokens_are_counted()
    {
        var usage = (await AskAsync(Text("A"), Stop, """data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":6,"cache_write_tokens":1,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":4,"new_thing":{}}}}""" + "\n\n", Done)).Usage!;

        Assert.Equal((6, 1, 4), (usage.CachedInputTokenCount, usage.AdditionalCounts!["CacheCreationInputTokens"], usage.ReasoningTokenCount));
    }

    [Fact]
    public async Task No_usage_is_no_usage()
    {
        Assert.Null((await AskAsync(Text("A"), Stop, Done)).Usage);
    }

    [Theory]
    [InlineData("""{"index":0,"id":"a","function":{"name":"f","arguments":""}}""", """{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}""", """{"index":0,"function":{"arguments":"{\"x\":1}"}}""")] // numbered, mixed
    [InlineData("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}""")] // all numbered 0
    [InlineData("""{"id":"a","function":{"name":"f","arguments":"{\"x\":"}}""", """{"function":{"arguments":"1}"}}""", """{"id":"b","function":{"name":"g","arguments":"{}"}}""")] // not numbered
    [InlineData("""{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}},{"index":1,"id":"b","function":{"name":"g","arguments":null}}""")] // arguments as an object
    [InlineData("""{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}""", """{"index":0,"id":"a","function":{"name":"f","arguments":":1}"}}""", """{"index":1,"id":"b","function":{"name":"g"}}""")] // id and name repeated
    public async Task Parallel_tool_calls_come_together_however_they_are_cut(params string[] pieces)
    {
        var response = await AskAsync([.. pieces.Select(piece => $"data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{piece}]}}}}]}}\n\n"), Stop, Done]);

        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>().ToList();
        Assert.Equal([("a", "f", "1"), ("b", "g", null)], calls.Select(call => (call.CallId, call.Name, call.Arguments!.TryGetValue("x", out var x) ? x!.ToString() : null)));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task Calls_without_ids_get_the_same_ids_every_time()
    {
        string[] events = ["""data: {"id":"r1","choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""" + "\n\n", Done];

        Assert.Equal(["call_r1_0", "call_r1_1"], (await AskAsync(events)).Messages[0].Contents.OfType<FunctionCallContent>().Select(call => call.CallId));
    }

    [Theory]
    [InlineData("""{"index":0,"function":{"name":"f","arguments":"{\"x\":1}"}},{"index":0,"function":{"name":"f","arguments":"{\"x\":2}"}},{"index":0,"function":{"name":"g","arguments":"{}"}}""")] // whole
    [InlineData("""{"index":0,"function":{"name":"f","arguments":""}}""", """{"index":0,"function":{"name":"f","arguments":"{\"x\":"}}""", """{"index":0,"function":{"name":"f","arguments":"1}"}}""", """{"index":0,"function":{"name":"f","arguments":"{\"x\":2"}}""", """{"index":0,"function":{"arguments":"}"}}""", """{"index":0,"function":{"name":"f","arguments":""}}""", """{"index":0,"function":{"name":"g"}}""")] // in pieces that repeat the name
    public async Task Calls_without_ids_that_all_have_the_number_0_are_as_many_as_they_are(params string[] pieces)
    {
        var response = await AskAsync([.. pieces.Select(piece => $"data: {{\"id\":\"r1\",\"choices\":[{{\"delta\":{{\"tool_calls\":[{piece}]}}}}]}}\n\n"), Stop, Done]);

        var calls = response.Messages[0].Contents.OfType<FunctionCallContent>();
        Assert.Equal([("call_r1_0", "f", "1"), ("call_r1_1", "f", "2"), ("call_r1_2", "g", null)], calls.Select(call => (call.CallId, call.Name, call.Arguments!.TryGetValue("x", out var x) ? x!.ToString() : null)));
    }

    [Fact]
    public async Task Half_a_character_in_a_part_or_a_citation_is_told_as_one_that_cannot_be_read()
    {
        var response = await AskAsync("""data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"text":"H\ud83d"}]},{"type":"text","text":"Yes\ud83d"}]}}]}""" + "\n\n",
            """data: {"choices":[{"delta":{"annotations":[{"url_citation":{"url":"https://example.org/","title":"\ude00E"}}]}}]}""" + "\n\n", Stop, Done);

        Assert.Equal(("Yes\uFFFD", "H\uFFFD"), (response.Text, Assert.Single(response.Messages[0].Contents.OfType<TextReasoningContent>()).Text));
        Assert.Equal("\uFFFDE", ((CitationAnnotation)Assert.Single(response.Messages[0].Contents.SelectMany(content => content.Annotations ?? []))).Title);
    }

    [Fact]
    public async Task Halves_of_characters_break_neither_a_turn_nor_what_is_kept_of_it()
    {
        await using var provider = RawServer.Streaming([.. ((string[])["""{"reasoning_content":"R\ud83d"}""", """{"content":"A\ude00B"}""", """{"content":[{"type":"text","text":"C\ud83d"}]}""", """{"annotations":[{"url":"https://example.org/","title":"\ud83d"}]}""", """{"refusal":"D\ud83d"}"""])
            .Select(delta => $"data: {{\"id\":\"r\\ud83d\",\"choices\":[{{\"delta\":{delta}}}]}}\n\n"), Stop, Done]).Unlisted();
        await using var server = new RunningServer(null, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", provider.Url + "v1"), ("Turnpike:Providers:0:key", "k"));

        var turn = await server.TurnAsync(new { model = "fake/m", content = "Go" });

        Assert.Equal(("completed", "A\uFFFDBC\uFFFDD\uFFFD"), (turn.GetProperty("status").GetString(), turn.GetProperty("answer").GetString()));
        var kept = await server.GetJsonAsync($"/api/turns/{turn.GetProperty("id").GetString()}");
        Assert.Equal(turn.GetProperty("answer").GetString(), kept.GetProperty("answer").GetString());
        var log = await server.Client.GetStringAsync($"/api/turns/{turn.GetProperty("id").GetString()}/events", TestContext.Current.CancellationToken);
        Assert.Contains("R\uFFFD", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_that_are_no_JSON_are_kept_as_they_came()
    {
        var response = await AskAsync("""data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\": "}}]},"finish_reason":"tool_calls"}]}""" + "\n\n", Done);

        var call = Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal("{\"x\": ", call.AdditionalProperties!["turnpike.rawArguments"]);
        Assert.Contains("\"f\"", call.Exception!.Message);
    }

    [Fact]
    public async Task A_refusal_is_text_that_is_marked()
    {
        var response = await AskAsync("""data: {"choices":[{"delta":{"refusal":"I won't."}}]}""" + "\n\n", Stop, Done);

        var text = Assert.Single(response.Messages[0].Contents.OfType<TextContent>());
        Assert.Equal(("I won't.", true), (text.Text, text.AdditionalProperties!["refusal"]));
    }

    [Fact]
    public async Task Citations_ride_on_an_empty_text()
    {
        var response = await AskAsync(Text("A"), """data: {"choices":[{"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"https://example.org/","title":"E","start_index":2,"end_index":5}}]}}]}""" + "\n\n", Stop, Done);

        var citation = Assert.IsType<CitationAnnotation>(Assert.Single(response.Messages[0].Contents.SelectMany(content => content.Annotations ?? [])));
        Assert.Equal(("https://example.org/", "E"), (citation.Url!.ToString(), citation.Title));
        var place = Assert.IsType<TextSpanAnnotatedRegion>(Assert.Single(citation.AnnotatedRegions!));
        Assert.Equal((2, 5), (place.StartIndex, place.EndIndex));
    }

    [Theory]
    [InlineData("length", "length")]
    [InlineData("content_filter", "content_filter")]
    [InlineData("function_call", "tool_calls")]
    [InlineData("eos", "eos")]
    public async Task Finish_reasons_are_told(string wire, string told)
    {
        Assert.Equal(told, (await AskAsync(Text("A"), Stop.Replace("stop", wire), Done)).FinishReason!.Value.Value);
    }

    [Fact]
    public async Task Only_the_first_of_several_answers_is_read()
    {
        Assert.Equal("A", (await AskAsync(Text("A"), """data: {"choices":[{"index":1,"delta":{"content":"B"},"finish_reason":"stop"}]}""" + "\n\n", Stop, Done)).Text);
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_is_understood()
    {
        await using var server = RawServer.Answering("200 OK", """{"id":"r1","model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":7,"completion_tokens":2}}""");

        var response = await AskAsync(server);

        Assert.Equal(("Hello", "r1", "m-1", 9L), (response.Text, response.ResponseId, response.ModelId, response.Usage!.TotalTokenCount));
        Assert.Equal("f", Assert.Single(response.Messages[0].Contents.OfType<FunctionCallContent>()).Name);
    }

    [Theory]
    [InlineData("application/json", """{"error":{"message":"bad things","code":500}}""", TurnErrorCode.ProviderError, "bad things")]
    [InlineData("application/json", """{"error":"bad things"}""", TurnErrorCode.ProviderError, "bad things")]
    [InlineData("application/json", """{"error":{"message":"over quota","type":"rate_limit_error"}}""", TurnErrorCode.ProviderRateLimited, "over quota")]
    [InlineData("application/json", """{"error":{"message":"too long","code":"context_length_exceeded"}}""", TurnErrorCode.ProviderRefused, "too long")]
    [InlineData("application/json", "{\"choices\":[", TurnErrorCode.ProviderStreamBroken, "no answer in JSON")]
    [InlineData("application/json", "[]", TurnErrorCode.ProviderStreamBroken, "no answer in JSON")]
    [InlineData("application/json", "", TurnErrorCode.ProviderStreamBroken, "ended before")]
    [InlineData("application/json", "{}", TurnErrorCode.ProviderStreamBroken, "ended before")]
    [InlineData("text/html", "<html>Log in</html>", TurnErrorCode.ProviderRefused, "text/html")]
    public async Task A_good_status_with_a_bad_body_is_an_error(string type, string body, TurnErrorCode code, string words)
    {
        await using var server = RawServer.Answering("200 OK", body, $"Content-Type: {type}\r\n");

        var error = await Assert.ThrowsAsync<TurnException>(() => AskAsync(server));

        Assert.Equal(code, error.Code);
        Assert.Contains(words, error.Message);
    }

    [Theory]
    [InlineData("""{"error":{"message":"what is wrong"}}""")]
    [InlineData("""{"error":"what is wrong"}""")]
    [InlineData("""{"message":"what is wrong"}""")]
    [InlineData("""{"detail":"what is wrong"}""")]
    [InlineData("""{"detail":[{"loc":["body"],"msg":"what is wrong"}]}""")]
    [InlineData("""[{"error":{"code":400,"message":"what is wrong"}}]""")]
    [InlineData("  what is wrong\n")]
    public async Task A_providers_words_are_found_in_every_shape(string body)
    {
        await using var server = RawServer.Answering("400 Bad Request", body);

        Assert.Contains("\"what is wrong\"", (await Assert.ThrowsAsync<TurnException>(() => AskAsync(server))).Message);
    }

    [Fact]
    public async Task A_wait_until_a_date_is_counted_from_now()
    {
        await using var server = RawServer.Answering("429 Too Many Requests", "{}", "Retry-After: Wed, 01 Jan 2025 00:01:30 GMT\r\nx-request-id: req_17\r\n");
        using var provider = new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = server.Url }, new Standing(new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero)));

        var error = await Assert.ThrowsAsync<TurnException>(() => provider.Client("m").GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((TimeSpan.FromSeconds(90), "req_17"), (error.RetryAfter!.Value, error.ProviderRequestId));
    }

    internal static string Text(string text) => $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n";

    internal static async Task<ChatResponse> AskAsync(params string[] events)
    {
        await using var server = RawServer.Streaming(events);
        return await AskAsync(server);
    }

    internal static async Task<ChatResponse> AskAsync(RawServer server)
    {
        using var provider = new OpenAICompatibleProvider(new() { Name = "x", BaseUrl = server.Url });
        return await provider.Client("m").GetResponseAsync("hi", cancellationToken: TestContext.Current.CancellationToken);
    }

    private sealed class Standing(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
