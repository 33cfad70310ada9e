using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Access;
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
