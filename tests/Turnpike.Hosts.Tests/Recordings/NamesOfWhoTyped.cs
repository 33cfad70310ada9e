using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Recordings;

/// <summary>The name that a message brings is told to the model again when its turn is done again.</summary>
public sealed class NamesOfWhoTyped
{
    private static async Task<string> AskAsync(RunningServer server)
    {
        using var response = await server.CurlAsync("/v1/chat/completions", """{"model":"wire/m","store":true,"messages":[{"role":"user","name":"Ann","content":"hi"}]}""");
        Assert.Equal(200, (int)response.StatusCode);
        return response.Headers.GetValues("Turnpike-Turn").Single();
    }

    private static async Task<string> SentAsync(WireProvider wire, Task<HttpResponseMessage> asking)
    {
        var count = wire.Requests.Count;
        using var response = await asking;
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return wire.Requests.Skip(count).Single().Body;
    }

    private static string User(string body) => JsonNode.Parse(body)!["messages"]!.AsArray().Last()!.ToJsonString();

    [Fact]
    public async Task A_turn_that_is_done_again_sends_the_name_again_and_one_that_is_changed_too()
    {
        await using var wire = new WireProvider(Answers(Said("Hello."), Used, Done));
        await using var server = new RunningServer(null, wire.Settings());
        var id = await AskAsync(server);
        var first = wire.Requests.Single().Body;
        Assert.Equal("""{"role":"user","name":"Ann","content":"hi"}""", User(first));
        var again = await SentAsync(wire, server.PostAsync($"/api/turns/{id}/regenerate", new { }));
        Assert.Equal(JsonNode.Parse(first)!["messages"]!.ToJsonString(), JsonNode.Parse(again)!["messages"]!.ToJsonString());
        Assert.Equal("""{"role":"user","name":"Ann","content":"hey"}""", User(await SentAsync(wire, server.PostAsync($"/api/turns/{id}/edit", new { content = "hey" }))));
    }

    [Fact]
    public async Task A_turn_that_failed_is_tried_again_with_the_name()
    {
        await using var wire = new WireProvider(Refuses("400 No", """{"error":{"message":"no"}}"""), Answers(Said("Hello."), Used, Done));
        await using var server = new RunningServer(null, wire.Settings());
        using var failed = await server.CurlAsync("/v1/chat/completions", """{"model":"wire/m","store":true,"messages":[{"role":"user","name":"Ann","content":"hi"}]}""");
        Assert.False(failed.IsSuccessStatusCode);
        var id = failed.Headers.GetValues("Turnpike-Turn").Single();
        Assert.Equal("""{"role":"user","name":"Ann","content":"hi"}""", User(await SentAsync(wire, server.PostAsync($"/api/turns/{id}/retry", new { }))));
    }

    [Fact]
    public async Task A_turn_with_a_name_is_the_same_when_it_is_run_again_from_its_recording()
    {
        await using var wire = new WireProvider(Answers(Said("Hello."), Used, Done));
        await using var server = new RunningServer(null, wire.Settings());
        var id = await AskAsync(server);
        await wire.DisposeAsync();
        using var response = await server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/replay");
        var report = await server.JsonAsync(response);
        Assert.Empty(report.GetProperty("differences").EnumerateArray().Select(difference => difference.GetRawText()));
        Assert.True(report.GetProperty("same").GetBoolean());
    }

    [Fact]
    public async Task A_turn_that_was_imported_sends_the_name_again()
    {
        await using var wire = new WireProvider(Answers(Said("Hello."), Used, Done));
        await using var server = new RunningServer(null, wire.Settings());
        var turn = await server.GetJsonAsync("/api/turns/" + await AskAsync(server));
        using var exported = await server.SendAsync(HttpMethod.Get, $"/api/conversations/{turn.GetProperty("conversation").GetString()}/export");
        var file = await exported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await using var other = new RunningServer(null, wire.Settings());
        using var imported = await other.CurlAsync("/api/conversations/import", file);
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("""{"role":"user","name":"Ann","content":"hi"}""", User(await SentAsync(wire, other.PostAsync($"/api/turns/{turn.GetProperty("id").GetString()}/regenerate", new { model = "wire/m" }))));
    }
}
