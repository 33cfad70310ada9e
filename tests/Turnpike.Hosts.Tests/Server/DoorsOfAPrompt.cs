using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>However a prompt is named, the provider is sent the same bytes.</summary>
public sealed class DoorsOfAPrompt : IAsyncDisposable
{
    private const string Guide = """
        {"key":"guide","title":"Guide","model":"fake/m","parameters":{"temperature":0.3,"maxOutputTokens":90,"stop":["END"],"seed":7},
         "messages":[{"role":"system","content":"Guide people in {{city}}. {{> house}}"},{"role":"user","content":"One?"},{"role":"assistant","content":"1"},
          {"role":"user","content":[{"type":"text","text":"{{#each stops}}{{this}};{{/each}} {{photo}} {{input}}"},{"type":"media","url":"data:image/png;base64,iVBORw0KGgo=","mediaType":"image/png"}]}],
         "variables":[{"name":"city","required":true},{"name":"stops","type":"list","default":["a","b"]},{"name":"photo","type":"image"}],
         "tools":["current_time"],"rules":["brief"],"clientTools":[{"name":"locate","description":"Where.","schema":{"type":"object","properties":{"q":{"type":"string"}}}}],
         "resources":[{"kind":"text","title":"House rules","text":"Be kind."}],
         "output":{"format":"json","schema":{"type":"object","properties":{"answer":{"type":"string"}},"required":["answer"],"additionalProperties":false}}}
        """;

    private readonly RawServer _provider = RawServer.Streaming("data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","content":"{\"answer\":\"ok\"}"},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n").Unlisted();
    private readonly RunningServer _server;

    public DoorsOfAPrompt() => _server = new(null, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", _provider.Url + "v1"), ("Turnpike:Providers:0:key", "k"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task A_key_a_version_a_label_an_id_an_object_and_an_empty_overlay_send_the_same_bytes()
    {
        await _server.PostAsync("/api/rules", new { name = "brief", content = "Be brief in {{city}}.", placement = "system" });
        await _server.CurlAsync("/api/prompts", """{"key":"_house","messages":[{"role":"user","content":"House of {{city}}."}]}""");
        using (var saved = await _server.CurlAsync("/api/prompts", Guide)) Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using (var moved = await _server.SendAsync(HttpMethod.Put, "/api/prompts/guide/labels/live", """{"version":1}""")) Assert.True(moved.IsSuccessStatusCode);
        var kept = await _server.GetJsonAsync("/api/prompts/guide");
        var written = JsonNode.Parse(Guide)!.AsObject();
        written.Remove("key");

        object[] doors = ["guide", "guide@1", "guide@live", kept.GetProperty("id").GetString()!, kept, written, new { id = "guide", overlay = new { } }, new { id = "guide", version = "live", overlay = new { } }];
        foreach (var door in doors) await _server.TurnAsync(new { prompt = door, variables = new { city = "Rome", photo = "https://example.org/a.png" }, content = "Go" });
        var bodies = _provider.Requests.Select(request => request.Body).ToArray();
        Assert.Equal(doors.Length, bodies.Length);
        Assert.Single(bodies.Distinct(StringComparer.Ordinal));
        foreach (var said in (string[])["House of Rome.", "Be brief in Rome.", "a;b;", "https://example.org/a.png", "Be kind.", "current_time", "locate", "\"answer\"", "0.3", "END", "Go"]) Assert.Contains(said, bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overlay_that_says_something_sends_just_that_otherwise()
    {
        await _server.PostAsync("/api/rules", new { name = "brief", content = "Be brief.", placement = "system" });
        await _server.CurlAsync("/api/prompts", """{"key":"_house","messages":[{"role":"user","content":"House."}]}""");
        await _server.CurlAsync("/api/prompts", Guide);
        foreach (var overlay in (object[])[new { }, new { parameters = new { temperature = 0.9 } }])
            await _server.TurnAsync(new { prompt = new { id = "guide", overlay }, variables = new { city = "Rome" }, content = "Go" });
        var bodies = _provider.Requests.Select(request => request.Body).ToArray();
        Assert.Equal(bodies[0].Replace("\"temperature\":0.3", "\"temperature\":0.9", StringComparison.Ordinal), bodies[1]);
        Assert.NotEqual(bodies[0], bodies[1]);
    }

    [Fact]
    public async Task The_second_turn_of_each_conversation_sends_the_same_bytes_too()
    {
        await _server.PostAsync("/api/rules", new { name = "brief", content = "Be brief.", placement = "system" });
        await _server.CurlAsync("/api/prompts", """{"key":"_house","messages":[{"role":"user","content":"House."}]}""");
        await _server.CurlAsync("/api/prompts", Guide);
        var kept = await _server.GetJsonAsync("/api/prompts/guide");
        foreach (var door in (object[])["guide", kept, new { id = "guide", overlay = new { } }])
        {
            var first = await _server.TurnAsync(new { prompt = door, variables = new { city = "Rome" }, content = "Go" });
            await _server.SendAsync(HttpMethod.Put, "/api/prompts/guide", JsonSerializer.Serialize(new { messages = new[] { new { role = "user", content = "Another." } } }));
            await _server.TurnAsync(new { conversation = first.GetProperty("conversation").GetString(), content = "And?" });
            await _server.SendAsync(HttpMethod.Put, "/api/prompts/guide", Guide);
        }
        Assert.Single(_provider.Requests.Select(request => request.Body).Where((_, i) => i % 2 == 1).Distinct(StringComparer.Ordinal));
    }
}
