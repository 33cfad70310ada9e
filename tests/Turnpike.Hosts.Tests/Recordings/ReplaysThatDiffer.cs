using System.Net.Http.Json;
using Turnpike.Hosts.Tests.Server;
using static Turnpike.Hosts.Tests.Recordings.ReplayingTurns;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Recordings;

/// <summary>Replays that are not the same, or of which nothing was recorded.</summary>
public sealed class ReplaysThatDiffer
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RunningServer Server(WireProvider wire, params (string, string)[] more) => new(null, [.. wire.Settings(), .. more]);

    [Fact]
    public async Task A_prompt_that_changed_since_is_told_by_the_place_that_differs()
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Used, Done));
        await using var server = Server(wire);
        using var first = await server.PostAsync("/api/prompts", Greeter("Be brief.", 0.2));
        Assert.Equal(201, (int)first.StatusCode);
        var id = await RunAsync(server, wire, """{"content":"Hello","prompt":"greeter"}""");
        IsSame(await ReplayAsync(server, id));
        using var second = await server.Client.PutAsJsonAsync("/api/prompts/greeter", Greeter("Be brief and kind.", 0.7), Cancellation);
        Assert.True(second.IsSuccessStatusCode, await second.Content.ReadAsStringAsync(Cancellation));
        var report = await ReplayAsync(server, id);
        Assert.False(report.GetProperty("same").GetBoolean());
        var differences = report.GetProperty("differences").EnumerateArray().ToArray();
        Assert.All(differences, difference => Assert.StartsWith("request.", difference.GetProperty("where").GetString(), StringComparison.Ordinal));
        Assert.Contains(differences, difference => difference.GetProperty("kept").ToString() == "Be brief." && difference.GetProperty("now").ToString() == "Be brief and kind.");
        Assert.Contains(differences, difference => difference.GetProperty("where").GetString() == "request.parameters.temperature" && difference.GetProperty("kept").GetDouble() == 0.2 && difference.GetProperty("now").GetDouble() == 0.7);
    }

    [Fact]
    public async Task A_client_that_writes_another_request_now_is_told_by_the_body_that_differs()
    {
        var folder = Directory.CreateTempSubdirectory("turnpike-replay-").FullName;
        await using var wire = new WireProvider(Answers(Said("Hi."), Used, Done));
        string id;
        await using (var server = Server(wire, ("TURNPIKE_DATA", folder)))
            id = await RunAsync(server, wire, """{"content":"Hello","model":"wire/m","parameters":{"maxOutputTokens":50}}""");
        await using (var server = Server(wire, ("Turnpike:Providers:0:MaxTokensMember", "max_completion_tokens"), ("TURNPIKE_DATA", folder)))
            Assert.Equal(["attempts[1.1].body.max_tokens", "attempts[1.1].body.max_completion_tokens"], Places(await ReplayAsync(server, id)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_replay_ends_where_a_model_answered_that_is_not_recorded()
    {
        await using var wire = new WireProvider(Refuses("401 No", """{"error":{"message":"No."}}"""));
        await using var server = Server(wire);
        using var saved = await server.PostAsync("/api/prompts", new { key = "two", messages = new[] { new { role = "system", content = "Hi." } }, model = "wire/m", fallback = new[] { "test/model" } });
        Assert.Equal(201, (int)saved.StatusCode);
        server.Model.Says("I stand in.");
        var id = await RunAsync(server, wire, """{"content":"Hello","prompt":"two"}""");
        Assert.Equal("I stand in.", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("answer").GetString());
        var asked = server.Model.Requests.Count;
        var report = await ReplayAsync(server, id);
        Assert.Equal(["attempts[1.2]"], Places(report));
        Assert.False(report.GetProperty("same").GetBoolean());
        Assert.Equal(asked, server.Model.Requests.Count);
    }

    [Fact]
    public async Task A_turn_of_which_nothing_was_recorded_says_how_to_record()
    {
        await using var wire = new WireProvider(Answers(Said("Hi."), Done));
        await using var server = new RunningServer(null, wire.Settings(record: false));
        var id = await RunAsync(server, wire, """{"content":"Hello","model":"wire/m"}""");
        var (status, code, detail, _) = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, $"/api/turns/{id}/replay"));
        Assert.Equal((404, "turn_not_found"), (status, code));
        Assert.Contains("\"Record\"", detail, StringComparison.Ordinal);
        Assert.Contains("record: true", detail, StringComparison.Ordinal);
    }
}
