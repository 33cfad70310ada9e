using System.Text.Json;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>An id that a client made means something within its own key only, on the native API as on the other faces.</summary>
public sealed class IdsOfClients
{
    private static async Task<string> TurnAsync(RunningServer server, string key, string content)
    {
        using var response = await server.WithAsync(key, HttpMethod.Post, "/api/turns", JsonSerializer.Serialize(new { content, externalIds = new { conversation = "chat-1" } }));
        var turn = await server.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, turn.GetRawText());
        return turn.GetProperty("conversation").GetString()!;
    }

    [Fact]
    public async Task Name_one_conversation_for_each_key_on_every_face()
    {
        await using var server = new RunningServer();
        var ann = (await server.KeyAsync(new NewKey { Name = "ann", User = "ann", Scopes = [Scopes.Turns] })).Secret;
        var bob = (await server.KeyAsync(new NewKey { Name = "bob", User = "bob", Scopes = [Scopes.Turns] })).Secret;
        var hers = await TurnAsync(server, ann, "my number is 42");
        var his = await TurnAsync(server, bob, "and mine?");
        Assert.NotEqual(hers, his);
        Assert.Equal(["user: and mine?"], server.Model.Last.Transcript);
        Assert.Equal(hers, await TurnAsync(server, ann, "again"));
        Assert.Equal(["user: my number is 42", "assistant: ok", "user: again"], server.Model.Last.Transcript);

        using var chat = await server.WithAsync(ann, HttpMethod.Post, "/api/chat", """{"id":"chat-1","trigger":"submit-message","messages":[{"id":"u9","role":"user","parts":[{"type":"text","text":"on the chat face"}]}]}""");
        await chat.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(chat.IsSuccessStatusCode);
        var turn = await server.AskAsync(ann, HttpMethod.Get, "/api/turns/" + chat.Headers.GetValues("Turnpike-Turn").Single());
        Assert.Equal(hers, turn.Body.GetProperty("conversation").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_control_characters_are_refused_whatever_was_kept_under_what_a_database_would_make_of_them(bool postgres)
    {
        await using var server = postgres ? new RunningServer(null, ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewMigratedDatabase())) : new RunningServer();
        foreach (var (path, kept, sent, field) in ((string, string, string, string)[])
        [
            ("/api/turns", """{"content":"x","externalIds":{"conversation":"a\ufffdb"}}""", """{"content":"x","externalIds":{"conversation":"a\u0000b"}}""", "externalIds.conversation"),
            ("/api/turns", """{"content":"x","externalIds":{"userMessage":"m\ufffd"}}""", """{"content":"x","externalIds":{"userMessage":"m\u0000"}}""", "externalIds.userMessage"),
            ("/api/turns", """{"content":"x","externalIds":{"run":"r\ufffd"}}""", """{"content":"x","externalIds":{"run":"r\u001b"}}""", "externalIds.run"),
            ("/api/turns", """{"content":"x","idempotencyKey":"k\ufffd"}""", """{"content":"y","idempotencyKey":"k\u0000"}""", "idempotencyKey"),
            ("/api/chat", """{"id":"c\ufffd","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"x"}]}]}""", """{"id":"c\u0000","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"x"}]}]}""", "externalIds.conversation"),
            ("/api/agui", """{"threadId":"t\ufffd","runId":"s\ufffd","messages":[{"id":"u2","role":"user","content":"x"}]}""", """{"threadId":"t\u0000","runId":"s1","messages":[{"id":"u2","role":"user","content":"x"}]}""", "externalIds.conversation"),
            ("/api/agui", """{"threadId":"t2","runId":"q\ufffd","messages":[{"id":"u3","role":"user","content":"x"}]}""", """{"threadId":"t3","runId":"q\u0000","messages":[{"id":"u3","role":"user","content":"x"}]}""", "externalIds.run"),
            ("/v1/responses", """{"input":"x","turnpike":{"idempotencyKey":"v\ufffd"}}""", """{"input":"y","turnpike":{"idempotencyKey":"v\u0000"}}""", "idempotencyKey"),
        ])
        {
            using (var first = await server.SendAsync(HttpMethod.Post, path, kept))
            {
                await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(first.IsSuccessStatusCode, path);
            }
            var asked = server.Model.Requests.Count;
            using var refused = await server.SendAsync(HttpMethod.Post, path, sent);
            var said = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)refused.StatusCode == 400, $"{path}: {(int)refused.StatusCode} {said}");
            Assert.Contains("no control character", said, StringComparison.Ordinal);
            if (path == "/api/turns") Assert.Equal(field, JsonDocument.Parse(said).RootElement.GetProperty("field").GetString());
            Assert.Equal(asked, server.Model.Requests.Count);
        }
    }
}
