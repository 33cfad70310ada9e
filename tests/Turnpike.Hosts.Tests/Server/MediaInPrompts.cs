using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Images and messages in prompts, as the provider is sent them.</summary>
public sealed class MediaInPrompts : IAsyncDisposable
{
    private static readonly string Large = "data:image/png;base64," + Convert.ToBase64String([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, .. new byte[1_500_000]]);
    private readonly RawServer _provider = RawServer.Streaming("data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n").Unlisted();
    private readonly RunningServer _server;

    public MediaInPrompts() => _server = new(null, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", _provider.Url + "v1"), ("Turnpike:Providers:0:key", "k"), ("Turnpike:Web:Allow:0", "127.0.0.1"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    private JsonArray Sent => JsonNode.Parse(_provider.Requests.Last().Body)!["messages"]!.AsArray();

    [Theory]
    [InlineData("""[{"role":"user","content":"{{photo}} What?"}]""", "image")]
    [InlineData("""[{"role":"user","content":"{{media url=photo}} What?"}]""", "image")]
    [InlineData("""[{"role":"user","content":"{{media url=photo}} What?"}]""", "string")]
    [InlineData("""[{"role":"user","content":[{"type":"media","url":"{{photo}}"},{"type":"text","text":" What?"}]}]""", "image")]
    [InlineData("""[{"role":"user","content":[{"type":"media","url":"{{photo}}"},{"type":"text","text":" What?"}]}]""", "string")]
    public async Task An_image_within_the_prompt_is_no_text_and_does_not_count_to_the_length_of_the_text(string messages, string type)
    {
        await _server.TurnAsync(new { model = "fake/m", prompt = new { messages = JsonNode.Parse(messages), variables = new[] { new { name = "photo", type } } }, variables = new { photo = Large } });
        Assert.Equal(Large, (string?)Sent[0]!["content"]![0]!["image_url"]!["url"]);
    }

    [Fact]
    public async Task A_file_by_its_address_is_read_and_text_stands_where_the_template_wants_it()
    {
        await using var web = RawServer.Answering("200 OK", "# Plan {{x}}", "Content-Type: text/markdown\r\n");
        await _server.TurnAsync(new { model = "fake/m", prompt = new { messages = new[] { new { role = "user", content = "See {{x}} now" } }, variables = new[] { new { name = "x", type = "file" } } }, variables = new { x = web.Url + "plan.md" } });
        Assert.Equal("See # Plan {{x}} now", (string?)Sent[0]!["content"]);
    }

    [Fact]
    public async Task A_file_of_another_kind_goes_as_the_providers_own_part()
    {
        const string Pdf = "data:application/pdf;base64,JVBERi0xLjQK";
        await _server.TurnAsync(new { model = "fake/m", prompt = new { messages = new[] { new { role = "user", content = "See {{x}} now" } }, variables = new[] { new { name = "x", type = "file" } } }, variables = new { x = Pdf } });
        Assert.Equal(("file", Pdf), ((string?)Sent[0]!["content"]![1]!["type"], (string?)Sent[0]!["content"]![1]!["file"]!["file_data"]));
    }

    [Fact]
    public async Task An_image_that_stands_in_a_kept_prompt_may_be_large_too()
    {
        using (var saved = await _server.PostAsync("/api/prompts", new { key = "a", messages = new[] { new { role = "user", content = new object[] { new { type = "media", url = Large, mediaType = "image/png" }, new { type = "text", text = "What?" } } } } }))
            Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await _server.TurnAsync(new { model = "fake/m", prompt = "a" });
        Assert.Equal(Large, (string?)Sent[0]!["content"]![0]!["image_url"]!["url"]);
    }

    [Fact]
    public async Task Text_of_that_length_is_still_refused()
    {
        var refused = await _server.RefusedAsync(_server.PostAsync("/api/turns", new { model = "fake/m", prompt = new { messages = new[] { new { role = "user", content = "{{a}}" } }, variables = new[] { new { name = "a", type = "text" } } }, variables = new { a = Large } }));
        Assert.Equal("template_limit", refused.Code);
        Assert.Empty(_provider.Requests);
    }

    [Fact]
    public async Task Messages_given_as_a_value_stand_at_their_place_with_their_images()
    {
        var prompt = new { messages = new[] { new { role = "system", content = "Be kind." }, new { role = "user", content = "{{examples}}" }, new { role = "user", content = "Now: {{input}}" } }, variables = new[] { new { name = "examples", type = "messages", required = true } } };
        foreach (var examples in (object[])[
            new object[] { new { role = "user", content = "One?" }, new { role = "assistant", content = "1" }, new { role = "user", content = new object[] { new { type = "text", text = "See" }, new { type = "media", url = Large, mediaType = "image/png" } } } },
            """[{"role":"user","content":"One?"},{"role":"assistant","content":"1"},{"role":"user","content":[{"type":"text","text":"See"},{"type":"media","url":"DATA","mediaType":"image/png"}]}]""".Replace("DATA", Large, StringComparison.Ordinal)])
        {
            await _server.TurnAsync(new { model = "fake/m", prompt, variables = new { examples }, content = "Go" });
            Assert.Equal(["system:Be kind.", "user:One?", "assistant:1"], Sent.Take(3).Select(message => $"{message!["role"]}:{message["content"]}"));
            Assert.Equal(("See", Large), ((string?)Sent[3]!["content"]![0]!["text"], (string?)Sent[3]!["content"]![1]!["image_url"]!["url"]));
            Assert.Equal(("user", "Now: Go"), ((string?)Sent[4]!["role"], (string?)Sent[4]!["content"]));
        }
    }

    [Theory]
    [InlineData("\"said\"")]
    [InlineData("{\"role\":\"user\",\"content\":\"x\"}")]
    [InlineData("[{\"role\":\"user\"}]")]
    [InlineData("[{\"role\":\"narrator\",\"content\":\"x\"}]")]
    [InlineData("[{\"role\":\"user\",\"content\":[{\"type\":\"sound\"}]}]")]
    [InlineData("[1]")]
    public async Task What_holds_no_messages_is_refused(string value)
    {
        var refused = await _server.RefusedAsync(_server.CurlAsync("/api/turns", $$$"""{"model":"fake/m","prompt":{"messages":[{"role":"user","content":"{{examples}}"}],"variables":[{"name":"examples","type":"messages"}]},"variables":{"examples":{{{value}}}}}"""));
        Assert.Equal(("variable_invalid", "examples"), (refused.Code, refused.Body.GetProperty("variables")[0].GetProperty("name").GetString()));
    }

    [Fact]
    public async Task An_image_in_the_system_text_is_left_out_and_told_of()
    {
        var turn = await _server.TurnAsync(new { model = "fake/m", content = "Hi", prompt = new { messages = new[] { new { role = "system", content = "Look: {{photo}}." } }, variables = new[] { new { name = "photo", type = "image" } } }, variables = new { photo = "https://example.org/a.png" } });
        Assert.Equal("Look: .", (string?)Sent[0]!["content"]);
        var warning = turn.GetProperty("warnings").EnumerateArray().Single(one => one.GetProperty("code").GetString() == "system_media");
        Assert.Contains("role user", warning.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
