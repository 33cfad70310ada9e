using System.Text.Json;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Lists and single things from a server.</summary>
public sealed class ListTests
{
    [Fact]
    public async Task A_pipe_gets_a_line_with_tabs_for_each_row()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"data":[{"key":"a","version":3,"labels":["production"],"description":"First\nline","messages":[]},{"key":"b","version":1,"messages":[]}]}"""));
        var ended = await CommandLine.RunAsync(["prompts", "list", "--server", server.Address]);
        Assert.Equal((0, "a\t3\tproduction\tFirst line\nb\t1\t\t\n"), (ended.Code, ended.Out));
    }

    [Fact]
    public async Task A_terminal_gets_a_table_with_headings()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""[{"id":"test/one","provider":"test","contextWindow":128000,"input":["text","image"]}]"""));
        var ended = await CommandLine.RunAsync(["models", "list", "--server", server.Address], variables: new() { ["NO_COLOR"] = "1" }, terminal: true);
        var lines = ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()).ToList();
        Assert.StartsWith("Model     Window   Reads", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("test/one  128,000  text, image", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_read_until_there_are_enough_rows()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"data":[{"id":"conv_1"},{"id":"conv_2"}],"next":"x y"}"""), FakeServer.Json("""{"data":[{"id":"conv_3"}],"next":"z"}"""));
        var ended = await CommandLine.RunAsync(["conversations", "list", "-n", "3", "--json", "--server", server.Address]);
        Assert.Equal(["conv_1", "conv_2", "conv_3"], ended.Out.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()));
        Assert.Equal(["GET /api/conversations?limit=3&archived=false", "GET /api/conversations?limit=1&archived=false&after=x%20y"], server.Requests.Select(asked => asked.Line));
    }

    [Fact]
    public async Task Show_writes_a_prompt_file()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"key":"mail/answer","version":2,"model":"test/one","inferVariables":true,"messages":[{"role":"user","content":[{"type":"text","text":"Hello {{name}}"}]}]}"""));
        var ended = await CommandLine.RunAsync(["prompts", "show", "mail/answer@2", "--server", server.Address]);
        Assert.Equal("---\nmodel: test/one\n---\nHello {{name}}\n", ended.Out);
        Assert.Equal("GET /api/prompts/mail%2Fanswer?version=2", Assert.Single(server.Requests).Line);
    }

    [Fact]
    public async Task Save_sends_the_prompt_of_a_file_under_its_key()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"code":"prompt_not_found","detail":"There is none.","status":404}""", 404), FakeServer.Json("""{"key":"mail/answer","version":4,"messages":[]}"""));
        var ended = await CommandLine.RunAsync(["prompts", "save", "-", "--key", "mail/answer", "--server", server.Address], piped: "---\nmodel: test/one\n---\nHello {{name}}\n");
        Assert.Equal((0, "mail/answer@4\n"), (ended.Code, ended.Out));
        Assert.Equal(2, server.Requests.Count); // what is kept already is looked at first: a file does not say secrets
        var asked = server.Requests.Last();
        Assert.Equal(("PUT /api/prompts/mail%2Fanswer", "Hello {{name}}"), (asked.Line, JsonDocument.Parse(asked.Body).RootElement.GetProperty("messages")[0].GetProperty("content").GetString()));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_asked_is_a_warning_beside_the_list()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"data":[{"id":"test/one","provider":"test"}],"default":"test/one","unavailable":[{"provider":"far","code":"provider_unreachable","message":"No route."}]}"""));
        var ended = await CommandLine.RunAsync(["models", "list", "--server", server.Address]);
        Assert.Equal((0, "test/one\t\t\t\n", "warning: Provider \"far\" cannot be asked: No route.\n"), (ended.Code, ended.Out, ended.Error));
    }

    [Fact]
    public async Task A_tool_source_that_cannot_be_asked_is_a_warning_beside_the_list()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"data":[{"name":"sum","source":"turnpike","description":"Adds.","schema":{"type":"object"},"trusted":true}],"unavailable":[{"source":"docs","message":"No route."}]}"""));
        var ended = await CommandLine.RunAsync(["tools", "list", "--server", server.Address]);
        Assert.Equal((0, "warning: Tool source \"docs\" cannot be asked: No route.\n"), (ended.Code, ended.Error));
        Assert.StartsWith("sum\t", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_shows_the_request_message_by_message()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""
            {"request":{"model":"test/one","messages":[{"role":"system","content":[{"type":"text","text":"Be brief."}]},{"role":"user","content":[{"type":"text","text":"Hello"}]}],"tools":[],"parameters":{"temperature":0.2}},
             "trace":[],"variables":{},"warnings":[{"code":"x","message":"Mind this."}],"tokens":{"input":4,"estimated":true},"actions":[]}
            """));
        var ended = await CommandLine.RunAsync(["preview", "Hello there, you", "--server", server.Address]);
        Assert.Equal("model      test/one\nparameters temperature 0.2\ntokens     about 4\n\n── system ──\nBe brief.\n\n── user ──\nHello\n", ended.Out);
        Assert.Equal("warning: Mind this.\n", ended.Error);
        Assert.Equal("Hello there, you", JsonDocument.Parse(server.Requests.Single().Body).RootElement.GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("summarize", null, "\"summarize\"", "")]
    [InlineData("summarize@3", "text", "\"summarize@3\"", "text")]
    [InlineData("two words", null, null, "two words")]
    public async Task A_single_argument_of_a_preview_is_the_prompt_if_it_can_be_one(string first, string? second, string? prompt, string content)
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""{"request":{"model":"test/one","messages":[]}}"""));
        await CommandLine.RunAsync([.. (string[])["preview", first, .. second is null ? (string[])[] : [second], "--server", server.Address]]);
        var body = JsonDocument.Parse(server.Requests.Single().Body).RootElement;
        Assert.Equal((prompt, content), (body.TryGetProperty("prompt", out var given) ? given.GetRawText() : null, body.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task A_trace_shows_what_each_station_changed_and_who_did()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""[{"station":"triggers","milliseconds":0.25,"changes":[{"path":"parameters.temperature","before":null,"after":0.2,"source":"trigger:@.params.temp"},{"path":"content","before":"a b","after":"b","source":"triggers"}]}]"""));
        var ended = await CommandLine.RunAsync(["trace", "turn_1", "--server", server.Address]);
        Assert.Equal("triggers       0.25 ms\n  parameters.temperature  0.2  (trigger:@.params.temp)\n  content  \"a b\" → \"b\"  (triggers)\n", ended.Out);
    }

    [Fact]
    public async Task Completion_shows_what_the_text_becomes()
    {
        await using var server = await FakeServer.StartAsync(FakeServer.Json("""[{"label":"params","insertText":"params.","span":{"start":2,"end":4},"detail":"Parameters of the model"}]"""));
        var ended = await CommandLine.RunAsync(["complete", "@.pa", "--server", server.Address]);
        Assert.Equal("params\t@.params.\tParameters of the model\n", ended.Out);
        Assert.Equal("""{"text":"@.pa","caret":4}""", server.Requests.Single().Body);
    }

    [Fact]
    public async Task A_conversation_is_shown_as_it_was_said()
    {
        await using var server = await FakeServer.StartAsync(
            FakeServer.Json("""{"id":"conv_1","head":"turn_2"}"""),
            FakeServer.Json("""{"data":[{"id":"turn_1","conversation":"conv_1","status":"completed","content":"One?\nTwo?","answer":"Yes.","model":"test/one","prompt":{"key":"ask","version":2,"hash":"h"},"createdAt":"2026-01-31T12:00:00Z"},{"id":"turn_2","conversation":"conv_1","status":"cancelled","content":"More","answer":"Half","model":"test/one","createdAt":"2026-01-31T12:00:00Z"}]}"""));
        var ended = await CommandLine.RunAsync(["conversations", "show", "conv_1", "--server", server.Address]);
        Assert.Equal("── turn_1 · test/one · ask@2 ──\n> One?\n> Two?\n\nYes.\n\n── turn_2 · test/one ──\n> More\n\nHalf\n[cancelled]\n\n", ended.Out);
    }

    [Fact]
    public async Task Usage_is_a_row_for_each_group_and_says_what_the_cost_leaves_out()
    {
        const string row = """{"model":"test/one","turns":1200,"failed":1,"attempts":3,"inputTokens":12000,"cachedTokens":0,"outputTokens":300,"reasoningTokens":0,"estimated":0,"cost":[{"amount":0.25,"currency":"USD"}],"unpriced":2,"milliseconds":5,"timeToFirstToken":41.6}""";
        await using var server = await FakeServer.StartAsync(FakeServer.Json($$"""{"from":"2026-01-01T00:00:00+00:00","to":"2026-01-03T00:00:00+00:00","by":["model"],"data":[{{row}}],"total":{{row}}}"""));
        var ended = await CommandLine.RunAsync(["usage", "--from", "2026-01-01", "--to", "2026-01-02", "--server", server.Address]);
        Assert.Equal((0, "test/one\t1,200\t1\t12,000\t300\t0.25 USD\t42 ms\n"), (ended.Code, ended.Out));
        Assert.Contains("2 requests went to models whose price is unknown", ended.Error, StringComparison.Ordinal);
        Assert.Equal("GET /api/usage?from=2026-01-01T00:00:00.000Z&to=2026-01-03T00:00:00.000Z&by=model", Assert.Single(server.Requests).Line);
    }

    [Fact]
    public async Task Usage_by_key_tells_the_names_of_the_keys_that_are_known()
    {
        const string used = """ "turns":1,"failed":0,"attempts":1,"inputTokens":2,"cachedTokens":0,"outputTokens":3,"reasoningTokens":0,"estimated":0,"cost":[],"unpriced":0,"milliseconds":5} """;
        await using var server = await FakeServer.StartAsync(FakeServer.Json($$"""{"from":"2026-01-01T00:00:00+00:00","to":"2026-01-03T00:00:00+00:00","by":["key"],"data":[{ {{used}}, {"key":"key_1",{{used}}, {"key":"key_2","keyName":"shop",{{used}}],"total":{ {{used}} }"""));
        var ended = await CommandLine.RunAsync(["usage", "--by", "key", "--server", server.Address]);
        Assert.Equal((0, "-\t1\t0\t2\t3\t\t\nkey_1\t1\t0\t2\t3\t\t\nshop (key_2)\t1\t0\t2\t3\t\t\n"), (ended.Code, ended.Out));
        Assert.EndsWith("&by=key", Assert.Single(server.Requests).Line, StringComparison.Ordinal);
    }
}
