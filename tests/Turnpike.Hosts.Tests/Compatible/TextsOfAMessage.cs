using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Of a message with several texts each is read for triggers by itself, then they are joined by a blank line.</summary>
public sealed class TextsOfAMessage
{
    private static readonly string[] Texts = ["```\\ncode", "@.params.temp 0.7; Why @.system.set \\\"x", "y\\\"; z @.nope.a;"];

    private static string Parts => string.Join(',', Texts.Select(text => $$"""{"type":"text","text":"{{text}}"}"""));

    [Theory]
    [InlineData("/api/chat", """{"id":"k1","trigger":"submit-message","messages":[{"id":"u1","role":"user","parts":[PARTS]}]}""")]
    [InlineData("/api/agui", """{"threadId":"t1","runId":"r1","messages":[{"id":"u1","role":"user","content":[PARTS]}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"test/model","turnpike":{},"messages":[{"role":"user","content":[PARTS]}]}""")]
    public async Task On_every_face(string path, string body)
    {
        await using var server = new RunningServer(null, ("Turnpike:Compatible:Triggers", "on"));
        using var response = await server.PostJsonAsync(path, body.Replace("PARTS", Parts, StringComparison.Ordinal));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(("user: ```\ncode\n\nWhy @.system.set \"x\n\ny\"; z @.nope.a;", 0.7f), (Assert.Single(server.Model.Last.Transcript), server.Model.Last.Options.Temperature));
        Assert.Matches("""{"code":"trigger_unknown","message":"[^}]*","span":{"start":56,"end":65}}""", text);
    }

    [Fact]
    public async Task A_native_request_says_itself_what_was_typed()
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { content = "@.params.temp 0.7; Sum up:\n\n@.params.temp 0.1; A report.", typed = new[] { new { start = 0, end = 26 } } });
        Assert.Equal(("user: Sum up:\n\n@.params.temp 0.1; A report.", 0.7f), (Assert.Single(server.Model.Last.Transcript), server.Model.Last.Options.Temperature));
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Hi", typed = new[] { new { start = 0, end = 3 } } }));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
    }
}
