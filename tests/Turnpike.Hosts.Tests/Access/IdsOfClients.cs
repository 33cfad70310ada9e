using System.Text.Json;
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
}
