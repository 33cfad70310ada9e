using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A summary stands for the oldest turns when somebody asks for it, or by itself when the settings say when.</summary>
public sealed class CompactingConversations
{
    private static readonly (string, string)[] Window = [("Turnpike:Models:test/model:Id", "test/model"), ("Turnpike:Models:test/model:Provider", "test"), ("Turnpike:Models:test/model:ContextWindow", "1000")];

    private static void Answers(RunningServer server, string text, int tokens) => server.Model.Answers((_, stop) => ScriptedModel.Updates(
        [new(ChatRole.Assistant, [new TextContent(text), new UsageContent(new() { InputTokenCount = tokens, OutputTokenCount = 1 })]) { FinishReason = ChatFinishReason.Stop }], stop));

    [Fact]
    public async Task A_summary_that_is_asked_for_is_sent_in_place_of_its_turns_until_it_is_deleted()
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "one" })).GetProperty("conversation").GetString();
        foreach (var content in (string[])["two", "three"]) await server.TurnAsync(new { conversation = id, content });
        server.Model.Says("They counted.");

        using var response = await server.PostAsync($"/api/conversations/{id}/compact", new { keep = 1 });

        var summary = await server.JsonAsync(response);
        Assert.Equal((201, "They counted.", 2), ((int)response.StatusCode, summary.GetProperty("text").GetString(), summary.GetProperty("turns").GetInt32()));
        Assert.Equal("user: user: one\n\nassistant: ok\n\nuser: two\n\nassistant: ok\n\n", server.Model.Last.Transcript[1]);
        await server.TurnAsync(new { conversation = id, content = "four" });
        Assert.Equal(["system: Summary of the 2 earlier turns of this conversation:\nThey counted.", "user: three", "assistant: ok", "user: four"], server.Model.Last.Transcript);

        Assert.Equal((4, 5), await UsedAsync(server)); // four turns and the summary
        var address = $"/api/conversations/{id}/summaries/{summary.GetProperty("id").GetString()}";
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, address)).StatusCode);
        await server.TurnAsync(new { conversation = id, content = "five" });
        Assert.Equal(["user: one", "assistant: ok", "user: two", "assistant: ok", "user: three", "assistant: ok", "user: four", "assistant: ok", "user: five"], server.Model.Last.Transcript);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, address));
        Assert.Equal((400, "request_invalid", "summaryId"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("item", "user: two")]
    [InlineData("response", "user: two")]
    [InlineData("later", null)]
    public async Task A_summary_goes_when_something_that_it_tells_of_is_deleted(string what, string? first)
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        var turns = new List<string>();
        foreach (var content in (string[])["one", "two", "three"]) turns.Add((await server.TurnAsync(new { conversation, content })).GetProperty("id").GetString()!);
        server.Model.Says("They counted from one.");
        Assert.Equal(201, (int)(await server.PostAsync($"/api/conversations/{conversation}/compact", new { keep = 1 })).StatusCode);

        var items = (await server.GetJsonAsync($"/v1/conversations/{conversation}/items?order=asc&limit=100")).GetProperty("data").EnumerateArray().Select(item => item.Text("id")).ToArray();
        string[] addresses = what switch
        {
            "item" => [$"/v1/conversations/{conversation}/items/{items[0]}", $"/v1/conversations/{conversation}/items/{items[1]}"],
            "response" => [$"/v1/responses/resp_{turns[0]["turn_".Length..]}"],
            _ => [$"/v1/conversations/{conversation}/items/{items[^1]}"], // of the turn that is still sent as it is
        };
        foreach (var address in addresses)
        {
            using var deleted = await server.SendAsync(HttpMethod.Delete, address);
            Assert.Equal(200, (int)deleted.StatusCode);
        }
        await server.TurnAsync(new { conversation, content = "four" });
        Assert.Equal(first ?? "system: Summary of the 2 earlier turns of this conversation:\nThey counted from one.", server.Model.Last.Transcript[0]);
        if (first is not null) Assert.DoesNotContain("from one", string.Concat(server.Model.Last.Transcript), StringComparison.Ordinal);
    }

    private static async Task<(int Turns, int Attempts)> UsedAsync(RunningServer server)
    {
        var total = (await server.GetJsonAsync("/api/usage")).GetProperty("total");
        return (total.GetProperty("turns").GetInt32(), total.GetProperty("attempts").GetInt32());
    }

    [Theory]
    [InlineData("{}", "content_missing")] // four are kept as they are, and there is one
    [InlineData("""{"keep":0,"model":"nobody/knows"}""", "model_unknown")]
    [InlineData("""{"keep":"all"}""", "request_invalid")]
    public async Task A_summary_that_cannot_be_made_is_refused_and_nothing_is_kept(string body, string code)
    {
        await using var server = new RunningServer();
        var id = (await server.TurnAsync(new { content = "one" })).GetProperty("conversation").GetString();
        Assert.Equal(code, (await server.RefusedAsync(server.CurlAsync($"/api/conversations/{id}/compact", body))).Code);
        await server.TurnAsync(new { conversation = id, content = "two" });
        Assert.Equal(["user: one", "assistant: ok", "user: two"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_turn_that_fills_the_part_of_the_window_that_is_set_is_followed_by_a_summary()
    {
        await using var server = new RunningServer(null, [.. Window, ("Turnpike:Compaction:At", "0.5"), ("Turnpike:Compaction:Keep", "1")]);
        Answers(server, "A", 499);
        var id = (await server.TurnAsync(new { content = "one" })).GetProperty("conversation").GetString();
        await server.Get<TurnObservers>().DrainAsync();
        Assert.Single(server.Model.Requests);

        Answers(server, "B", 500);
        Answers(server, "They said hello.", 20);
        await server.TurnAsync(new { conversation = id, content = "two" });
        await server.Get<TurnObservers>().DrainAsync();
        await server.TurnAsync(new { conversation = id, content = "three" });

        Assert.Equal(["system: Summary of the 1 earlier turns of this conversation:\nThey said hello.", "user: two", "assistant: B", "user: three"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Without_the_setting_no_summary_is_made_however_full_the_window_is()
    {
        await using var server = new RunningServer(null, Window);
        Answers(server, "A", 990);
        var id = (await server.TurnAsync(new { content = "one" })).GetProperty("conversation").GetString();
        Answers(server, "B", 990);
        await server.TurnAsync(new { conversation = id, content = "two" });
        await server.Get<TurnObservers>().DrainAsync();
        Assert.Equal(2, server.Model.Requests.Count);
    }
}
