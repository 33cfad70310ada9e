using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The body that reaches a provider says what the preview says, whatever provider options a request brings.</summary>
public sealed class ProviderOptionsOnTheWire : IAsyncDisposable
{
    private readonly RawServer _provider = RawServer.Streaming("data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n").Unlisted();
    private readonly RunningServer _server;

    public ProviderOptionsOnTheWire() => _server = new(null, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", _provider.Url + "v1"), ("Turnpike:Providers:0:key", "k"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_limited_key_gets_no_other_model_and_no_other_messages_through_them()
    {
        await _server.PostAsync("/api/prompts", new { key = "shop/a", model = "fake/m1", messages = new[] { new { role = "system", content = "Sell." } } });
        var key = (await _server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Prompts = ["shop/*"], Models = ["fake/m1"] })).Secret;
        const string Bad = """{"providerOptions":{"model":"gpt-5","messages":[{"role":"user","content":"mine"}]}}""";
        var native = await AskAsync(key, "/api/turns", $$"""{"prompt":"shop/a","content":"Hi","parameters":{{Bad}}}""");
        Assert.Equal((422, "parameter_invalid", "parameters.providerOptions.model"), (native.Status, native.Body.GetProperty("code").GetString(), native.Body.GetProperty("field").GetString()));
        foreach (var (path, rest) in new[] { ("/v1/chat/completions", """ "messages":[{"role":"user","content":"Hi"}] """), ("/v1/responses", """ "input":"Hi" """) })
        {
            var face = await AskAsync(key, path, $$$"""{"model":"prompt/shop/a",{{{rest}}},"turnpike":{"parameters":{{{Bad}}}}}""");
            Assert.True(face.Status is 400 or 422, $"{path}: {face.Status}");
            Assert.Contains("providerOptions", face.Body.GetRawText(), StringComparison.Ordinal);
        }
        Assert.Empty(_provider.Requests);

        const string Good = """{"prompt":"shop/a","content":"Hi","parameters":{"maxOutputTokens":5,"providerOptions":{"prompt_cache_key":"k","metadata":{"a":"b"}}}}""";
        var preview = (await AskAsync(key, "/api/turns/preview", Good)).Body.GetProperty("request");
        Assert.Equal(200, (await AskAsync(key, "/api/turns", Good)).Status);
        var body = JsonNode.Parse(_provider.Request.Body)!;
        Assert.Equal(("fake/m1", "m1", 5, "k", "b"), (preview.GetProperty("model").GetString(), (string?)body["model"], (int)(body["max_tokens"] ?? body["max_completion_tokens"])!, (string?)body["prompt_cache_key"], (string?)body["metadata"]!["a"]));
        Assert.Equal(preview.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content")[0].GetProperty("text").GetString()), body["messages"]!.AsArray().Select(message => (string?)message!["content"]));
    }

    [Theory]
    [InlineData("/v1/chat/completions", """ "messages":[{"role":"user","content":"Hi"}],"web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"country":"NO","city":"Oslo"}}},"logit_bias":{"1":2} """)]
    [InlineData("/v1/responses", """ "input":"Hi","tools":[{"type":"web_search","search_context_size":"low","user_location":{"type":"approximate","country":"NO","city":"Oslo"}}] """)]
    public async Task Where_a_search_looks_reaches_the_provider(string path, string body)
    {
        using var answer = await _server.PostJsonAsync(path, $$"""{"model":"fake/m1",{{body}}}""");
        Assert.Equal((200, false), ((int)answer.StatusCode, answer.Headers.Contains("Turnpike-Ignored")));
        Assert.Equal("""{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"country":"NO","city":"Oslo"}}}""", JsonNode.Parse(_provider.Request.Body)!["web_search_options"]!.ToJsonString());
    }

    [Theory]
    [InlineData("Read {{doc}} beside {{photo}}")]
    [InlineData("Read them")] // what no template places is attached
    public async Task What_a_variable_says_of_its_file_and_its_picture_reaches_the_provider(string template)
    {
        using (var kept = await _server.PostAsync("/api/prompts", new { key = "read", messages = new[] { new { role = "user", content = template } }, variables = new[] { new { name = "doc", type = "file" }, new { name = "photo", type = "image" } } })) Assert.Equal(201, (int)kept.StatusCode);
        using var answer = await _server.PostJsonAsync("/v1/responses", """{"model":"fake/m1","prompt":{"id":"read","variables":{"doc":{"type":"input_file","filename":"p.pdf","file_data":"JVBERi0xLjQK"},"photo":{"type":"input_image","image_url":"https://example.org/a.png","detail":"low"} } } }""");
        Assert.Equal(200, (int)answer.StatusCode);
        var parts = JsonNode.Parse(_provider.Request.Body)!["messages"]![0]!["content"]!.AsArray();
        Assert.Equal("p.pdf", (string?)parts.Single(part => (string?)part!["type"] == "file")!["file"]!["filename"]);
        Assert.Equal(("https://example.org/a.png", "low"), parts.Single(part => (string?)part!["type"] == "image_url")!["image_url"] is var image ? ((string?)image!["url"], (string?)image["detail"]) : default);
    }

    [Theory]
    [InlineData("""{"url":"https://example.org/a.png","detail":"low","size":3}""")]
    [InlineData("""{"detail":"low"}""")]
    [InlineData("""{"url":"no address"}""")]
    public async Task A_picture_that_is_described_otherwise_is_refused(string photo)
    {
        var refused = await _server.RefusedAsync(_server.PostJsonAsync("/api/turns/preview", $$"""{"content":"Hi","prompt":{"messages":[{"role":"user","content":"{{"{{photo}}"}}"}],"variables":[{"name":"photo","type":"image"}]},"variables":{"photo":{{photo}} } }"""));
        Assert.Equal("variable_invalid", refused.Code);
    }

    [Fact]
    public async Task Where_a_search_looks_is_dropped_with_a_warning_for_a_model_that_is_known_not_to_be_told()
    {
        await using var server = new RunningServer(null, ("ANTHROPIC_API_KEY", "sk"), ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9"));
        var preview = await server.JsonAsync(await server.PostAsync("/api/turns/preview", new { content = "Hi", model = "anthropic/claude-unlisted", parameters = new { webSearch = true, providerOptions = new { web_search_options = new { search_context_size = "low" } } } }));
        Assert.Equal("parameter_dropped", Assert.Single(preview.GetProperty("warnings").EnumerateArray()).GetProperty("code").GetString());
        Assert.Equal("""{"webSearch":true}""", preview.GetProperty("request").GetProperty("parameters").GetRawText());
    }

    private Task<(int Status, JsonElement Body)> AskAsync(string key, string path, string body) => _server.AskAsync(key, HttpMethod.Post, path, JsonElement.Parse(body));

    [Theory]
    [InlineData("POST", "/api/conversations", """{"parameters":{"providerOptions":{"n":2}}}""")]
    [InlineData("PATCH", "/api/conversations/{id}", """{"parameters":{"providerOptions":{"n":2}}}""")]
    [InlineData("POST", "/api/projects", """{"name":"p","parameters":{"providerOptions":{"n":2}}}""")]
    [InlineData("POST", "/api/prompts", """{"key":"p","messages":[{"role":"user","content":"x"}],"parameters":{"providerOptions":{"n":2}}}""")]
    [InlineData("POST", "/api/turns/preview", """{"content":"Hi","prompt":{"messages":[{"role":"user","content":"x"}],"parameters":{"providerOptions":{"n":2}}}}""")]
    public async Task Nothing_keeps_them(string method, string path, string body)
    {
        using var made = await _server.PostAsync("/api/conversations", new { });
        var id = (await _server.JsonAsync(made)).GetProperty("id").GetString();
        var refused = await _server.RefusedAsync(_server.SendAsync(new(method), path.Replace("{id}", id, StringComparison.Ordinal), body));
        Assert.Equal((422, "parameter_invalid"), (refused.Status, refused.Code));
        Assert.Contains("a turn has one answer", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_a_variable_gives_and_no_template_places_is_a_part_behind_the_text()
    {
        await _server.TurnAsync(new { model = "fake/m", content = "What?", prompt = new { messages = new[] { new { role = "user", content = "Look." } }, variables = new[] { new { name = "photo", type = "image" } } }, variables = new { photo = "data:image/png;base64,iVBORw0KGgo=" } });
        var parts = JsonNode.Parse(_provider.Request.Body)!["messages"]![0]!["content"]!.AsArray();
        Assert.Equal(["Look.\n\nWhat?", "data:image/png;base64,iVBORw0KGgo="], parts.Select(part => (string?)part!["text"] ?? (string?)part["image_url"]!["url"]));
    }
}
