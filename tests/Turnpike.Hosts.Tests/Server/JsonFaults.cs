using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A body that cannot be read is told where it is wrong: line and column from 1, the field, and what was meant.</summary>
public sealed class JsonFaults(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("""{"contnet":"x"}""", "contnet", "Line 1, column 2 of the body: there is no field \"contnet\" here. Did you mean \"content\"?")]
    [InlineData("{\n  \"content\": 3\n}", "content", "Line 2, column 14 of the body: \"content\" must be a text.")]
    [InlineData("""{"content":"é€😀","tools":"x"}""", "tools", "Line 1, column 27 of the body: \"tools\" must be a list of names, or an object of the lists \"only\", \"add\" and \"remove\".")]
    [InlineData("""{"tools":["a",{}]}""", "tools[1]", "Line 1, column 15 of the body: \"tools[1]\" must be a text.")]
    [InlineData("""{"variables":[1]}""", "variables", "\"variables\" must be an object.")]
    [InlineData("""{"onDisconnect":"stay"}""", "onDisconnect", "\"onDisconnect\" must be one of continue, cancel.")]
    [InlineData("""{"prompt":{"messages":[{"role":"user","content":"x"},{"content":"y"}]}}""", "prompt.messages[1].role", "\"prompt.messages[1]\" lacks \"role\".")]
    [InlineData("""{"content":"a","content":"b"}""", "content", "\"content\" is there twice.")]
    [InlineData("""[1]""", null, "Line 1, column 1 of the body: the body must be an object.")]
    [InlineData("{\n\"content\": \"x\",,\n}", "content", "Line 2, column 16 of the body: ',' is an invalid start of a property name.")]
    [InlineData("""{"content":"x""", "content", "Line 1, column 14 of the body: Expected end of string")]
    [InlineData("content=hi", null, "Line 1, column 1 of the body: 'c' is an invalid start of a value.")]
    [InlineData("{\"prompt\":{\"messages\":[{\"role\":\"user\",\n\"content\":\"x\",\"cache\":1}]}}", "prompt.messages[0].cache", "Line 2, column 15 of the body: there is no field \"cache\" here.")]
    [InlineData("""{"prompt":{"messages":[{"role":"user","content":[{"type":"text","txt":"x"}]}]}}""", "prompt.messages[0].content[0].txt", "Did you mean \"text\"?")]
    [InlineData("""{"prompt":{"messages":[{"role":"user","content":[null]}]}}""", "prompt.messages[0].content[0]", "must be an object")]
    [InlineData("""{"prompt":{"id":"a","versoin":2}}""", "prompt", "\"versoin\" does not fit in a prompt reference")]
    [InlineData("""{"prompt":{"id":"summarize","overlay":{"modle":"x"}}}""", "prompt.overlay", "The overlay makes no prompt of \"summarize@1\": there is no field \"modle\" here. Did you mean \"model\"?")]
    [InlineData("""{"history":[{"role":"user","content":"a"},{"content":"b"}]}""", "history[1]", "A message is an object with a \"role\" and a \"content\".")]
    [InlineData("""{"history":[{"role":"user","content":[{"type":"text"}]}]}""", "history[0]", "A part of a message cannot be read. There are {type: text, text}")]
    [InlineData("null", null, "The body is null")]
    [InlineData("", null, "The body is empty")]
    public async Task A_body_that_cannot_be_read_is_told_where_and_what_was_meant(string body, string? field, string says)
    {
        var refused = await shared.Server.RefusedAsync(shared.Server.CurlAsync("/api/turns", body));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        Assert.True(refused.Detail!.Contains(says, StringComparison.Ordinal), refused.Body.GetRawText());
        Assert.Equal(field, refused.Body.TryGetProperty("field", out var named) ? named.GetString() : null);
    }

    [Fact]
    public async Task A_message_of_the_history_may_have_plain_text_as_its_content()
    {
        var preview = await shared.Server.JsonAsync(await shared.Server.CurlAsync("/api/turns/preview", """{"content":"c","history":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b"}]}]}"""));
        Assert.Equal(["a", "b", "c"], preview.GetProperty("request").GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content")[0].GetProperty("text").GetString()));
    }

    [Fact]
    public async Task A_model_that_nobody_has_is_told_with_the_nearest_known_though_nobody_asked_for_the_list_before()
    {
        foreach (var (model, meant) in new[] { ("tset/model", "test/model"), ("builtin/", "builtin/echo"), ("ehco", "builtin/echo") })
        {
            var refused = await shared.Server.RefusedAsync(shared.Server.PostAsync("/api/turns/preview", new { content = "x", model }));
            Assert.Equal((404, "model_unknown"), (refused.Status, refused.Code));
            Assert.Contains($"There is no model \"{model}\". Did you mean \"{meant}\"?", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"content":"x","tools":[null]}""", "tools[0]")]
    [InlineData("""{"content":"x","resources":[null]}""", "resources")]
    [InlineData("""{"content":"x","prompt":{"messages":[null]}}""", "messages")]
    [InlineData("""{"content":"x","prompt":{"messages":[{"role":"user","content":"a"}],"variables":[null]}}""", "variables")]
    [InlineData("""{"content":"x","prompt":{"id":"summarize","overlay":{"tools":[null]}}}""", "prompt.overlay")]
    public async Task A_null_where_a_list_wants_something_is_refused(string body, string field)
    {
        var refused = await shared.Server.RefusedAsync(shared.Server.CurlAsync("/api/turns", body));
        Assert.True(refused.Body.TryGetProperty("field", out _), refused.Body.GetRawText());
        Assert.Equal((400, "request_invalid", field), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"content\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        var refused = await shared.Server.RefusedAsync(shared.Server.Client.PostAsync("/api/turns", content, TestContext.Current.CancellationToken));
        Assert.Equal((400, "request_invalid", "content"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("Application/JSON", 200)]
    [InlineData("Text/Plain", 200)]
    [InlineData("application/merge-patch+json", 200)]
    [InlineData("application/x-www-form-urlencoded", 200)]
    [InlineData("text/plain", 200)]
    [InlineData(null, 200)]
    [InlineData("multipart/form-data; boundary=x", 415)]
    [InlineData("application/xml", 415)]
    public async Task Json_is_taken_with_its_own_content_type_with_curls_and_with_none(string? type, int status)
    {
        using var content = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. "{\"content\":\"x\"}"u8]);
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await shared.Server.Client.PostAsync("/api/turns/preview", content, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? "application/json" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/api/conversations", "{\"prompt\":3}", 400)]
    [InlineData("/api/conversations", "{\"tittle\":\"x\"}", 400)]
    [InlineData("/api/prompts", "{\"key\":\"a b\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", 400)]
    [InlineData("/api/prompts", "{\"key\":\"a\",\"messages\":[]}", 400)]
    [InlineData("/api/triggers/complete", "{\"text\":\"@.\",\"caret\":\"x\"}", 400)]
    [InlineData("/api/triggers/complete", "{}", 400)]
    [InlineData("/api/triggers/complete", "{\"text\":\"\"}", 200)]
    public async Task Other_bodies_are_read_by_the_same_rules(string path, string body, int status) =>
        Assert.Equal(status, (int)(await shared.Server.CurlAsync(path, body)).StatusCode);

    [Theory]
    [InlineData("PUT", "/api/prompts/tried/tests", """{"cases":[{"name":"a","expect":[{"contains":"x"}]},{"name":"b","parameters":{"temperature":9},"expect":[{"contains":"x"}]}]}""", "cases[1].parameters.temperature")]
    [InlineData("POST", "/api/turns", """{"prompt":{"messages":[{"role":"user","content":"x"}],"parameters":{"temperature":9}}}""", "prompt.parameters.temperature")]
    [InlineData("POST", "/api/turns", """{"prompt":{"messages":[{"role":"user","content":"x"}],"parameters":{"temprature":1}},"parameters":{"temperature":1}}""", "prompt.parameters.temprature")]
    [InlineData("POST", "/api/turns", """{"content":"x","parameters":{"temperature":9}}""", "parameters.temperature")]
    [InlineData("POST", "/api/conversations", """{"prompt":{"messages":[],"parameters":{"temperature":"hot"}}}""", "prompt.parameters.temperature")]
    public async Task A_wrong_parameter_is_named_with_its_whole_path(string method, string path, string body, string field)
    {
        var refused = await shared.Server.RefusedAsync(shared.Server.SendAsync(new HttpMethod(method), path, body));
        Assert.Equal((422, field), (refused.Status, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_prompt_that_says_nothing_fits_no_schema()
    {
        var api = await DescribedApi.OfAsync(shared.Server);
        Assert.NotEmpty(api.FaultsOf("POST /api/turns", JsonElement.Parse("""{"prompt":{}}""")));
        foreach (var prompt in (string[])["\"guide\"", """{"id":"guide","version":3}""", """{"messages":[{"role":"user","content":"x"}]}""", """{"body":"x"}"""])
            Assert.Empty(api.FaultsOf("POST /api/turns", JsonElement.Parse($$"""{"prompt":{{prompt}}}""")));
    }

    [Theory]
    [InlineData("1.0", null)]
    [InlineData("10e-1", null)]
    [InlineData("1.5", "a whole number from -2147483648 to 2147483647")]
    [InlineData("2147483648.0", "a whole number from -2147483648 to 2147483647")]
    [InlineData("1e400", "a whole number from -2147483648 to 2147483647")]
    [InlineData("\"1\"", "a whole number")]
    [InlineData("null", "a whole number")]
    public async Task A_whole_number_may_be_written_with_a_point(string number, string? fault)
    {
        await shared.Server.SendAsync(HttpMethod.Put, "/api/prompts/labelled", """{"messages":[{"role":"user","content":"Hi."}]}""");
        using var labelled = await shared.Server.SendAsync(HttpMethod.Put, "/api/prompts/labelled/labels/live", $$"""{"version":{{number}}}""");
        Assert.Equal(fault is null ? 200 : 400, (int)labelled.StatusCode);
        if (fault is not null) Assert.Contains($"\\\"version\\\" must be {fault}.", await labelled.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var previewed = await shared.Server.CurlAsync("/api/turns/preview", $$$"""{"prompt":{"id":"labelled","version":{{{number}}}}}""");
        Assert.Equal(fault is null || number is "\"1\"" or "null" ? 200 : 404, (int)previewed.StatusCode);
    }
}
