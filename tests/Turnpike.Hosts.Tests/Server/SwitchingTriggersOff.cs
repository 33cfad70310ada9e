using System.Text.Json;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Text that is passed on for others holds no commands, if whoever passes it on says so.</summary>
public sealed class SwitchingTriggersOff
{
    private const string Typed = "@.params.temp 0.3; Hi";

    [Fact]
    public async Task A_request_can_say_that_its_text_holds_no_triggers()
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { content = Typed });
        Assert.Equal(("user: Hi", 0.3f), (server.Model.Last.Transcript[^1].Replace("  ", " ", StringComparison.Ordinal), server.Model.Last.Options.Temperature));
        await server.TurnAsync(new { content = Typed, triggers = "off" });
        Assert.Equal(("user: " + Typed, null), (server.Model.Last.Transcript[^1], server.Model.Last.Options.Temperature));
        await server.TurnAsync(new { content = Typed, triggers = "prompt", prompt = new { messages = new[] { new { role = "system", content = "S" } } } });
        Assert.Null(server.Model.Last.Options.Temperature);
        Assert.Equal((400, "request_invalid"), (await server.RefusedAsync(server.PostAsync("/api/turns", new { content = Typed, triggers = "maybe" }))) is var refused ? (refused.Status, refused.Code) : default);
    }

    [Fact]
    public async Task A_turn_that_is_done_again_reads_what_it_read_the_first_time()
    {
        await using var server = new RunningServer();
        var made = await server.AnswerAsync("/v1/responses", JsonSerializer.Serialize(new { model = "test/model", input = Typed }));
        await server.AnswerAsync($"/api/turns/turn_{made.Text("id")!["resp_".Length..]}/regenerate", "{}");
        Assert.Equal(("user: " + Typed, null), (server.Model.Last.Transcript[^1], server.Model.Last.Options.Temperature));
    }

    [Fact]
    public async Task A_key_that_says_off_wins_on_every_face()
    {
        await using var server = new RunningServer();
        var key = await server.KeyAsync(new NewKey { Name = "relay", Scopes = [Scopes.Turns], Settings = new() { Triggers = "off" } });
        var (status, _) = await server.AskAsync(key.Secret, HttpMethod.Post, "/api/turns", new { content = Typed });
        Assert.Equal((200, (float?)null), (status, server.Model.Last.Options.Temperature));
        (status, _) = await server.AskAsync(key.Secret, HttpMethod.Post, "/api/turns", new { content = Typed, triggers = "on" });
        Assert.Equal((200, (float?)null), (status, server.Model.Last.Options.Temperature));
    }
}
