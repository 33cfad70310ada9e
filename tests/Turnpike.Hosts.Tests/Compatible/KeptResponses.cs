using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What is kept of a response, and for how long.</summary>
public sealed class KeptResponses
{
    private const string Path = "/v1/responses";

    [Fact]
    public async Task A_background_response_answers_at_once_and_can_be_cancelled()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => Slow(stop));
        var made = await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","background":true}""");
        Assert.Equal(("in_progress", JsonValueKind.Null), (made.Text("status"), made.GetProperty("usage").ValueKind));
        var following = server.Client.GetStringAsync($"{Path}/{made.Text("id")}?stream=true", TestContext.Current.CancellationToken);
        var cancelled = await server.AnswerAsync($"{Path}/{made.Text("id")}/cancel", "{}");
        Assert.Equal(("cancelled", "cancelled"), (cancelled.Text("status"), cancelled.GetProperty("incomplete_details").Text("reason")));
        var last = FaceCalls.Chunks(FaceCalls.Lines(await following))[^1];
        Assert.Equal(("response.incomplete", "cancelled"), (last.Text("type"), last.GetProperty("response").Text("status")));
        Assert.Equal("cancelled", (await server.AnswerAsync($"{Path}/{made.Text("id")}/cancel", "{}")).Text("status"));
    }

    [Fact]
    public async Task What_is_deleted_is_gone()
    {
        await using var server = new RunningServer();
        var made = await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi"}""");
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"{Path}/{made.Text("id")}");
        Assert.True((await server.JsonAsync(deleted)).GetProperty("deleted").GetBoolean());
        using var gone = await server.SendAsync(HttpMethod.Get, $"{Path}/{made.Text("id")}");
        Assert.Equal(404, (await FaceCalls.ErrorAsync(gone)).Status);
        var error = await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{made.Text("id")}}","input":"And?"}""");
        Assert.Equal((400, "previous_response_not_found", "previous_response_id"), (error.Status, error.Code, error.Param));
    }

    [Fact]
    public async Task What_is_not_stored_cannot_be_gone_on_from()
    {
        await using var server = new RunningServer();
        var made = await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","store":false}""");
        Assert.Equal("ok", made.GetProperty("output")[0].GetProperty("content")[0].Text("text"));
        Assert.Equal("previous_response_not_found", (await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{made.Text("id")}}","input":"And?"}""")).Code);
    }

    [Fact]
    public async Task A_response_tells_that_its_prompt_keeps_nothing_and_one_in_the_background_is_kept()
    {
        await using var server = new RunningServer();
        const string Native = """{"prompt":{"messages":[{"role":"system","content":"Be brief."}],"store":false}}""";
        var made = await server.AnswerAsync(Path, $$"""{"turnpike":{{Native}},"model":"test/model","input":"Hi"}""");
        Assert.False(made.GetProperty("store").GetBoolean());
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, $"{Path}/{made.Text("id")}")).StatusCode);
        var background = await server.AnswerAsync(Path, $$"""{"turnpike":{{Native}},"model":"test/model","input":"Hi","background":true}""");
        Assert.True(background.GetProperty("store").GetBoolean());
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Get, $"{Path}/{background.Text("id")}")).StatusCode);
        var refused = await server.ErrorAsync(Path, """{"input":"Hi","background":true,"turnpike":{"store":false}}""");
        Assert.Equal((400, "unsupported_value", "background"), (refused.Status, refused.Code, refused.Param));
    }

    [Fact]
    public async Task Input_items_are_the_callers_in_pages()
    {
        await using var server = new RunningServer();
        var made = await server.AnswerAsync(Path, """{"model":"test/model","input":[{"role":"user","content":"One"},{"role":"assistant","content":"1"},{"role":"user","content":[{"type":"input_text","text":"Two"},{"type":"input_image","image_url":"https://example.org/a.png"}]}]}""");
        Assert.Equal(["user: One", "assistant: 1", "user: Two [https://example.org/a.png]"], server.Model.Last.Transcript);
        var first = await server.GetJsonAsync($"{Path}/{made.Text("id")}/input_items?order=asc&limit=2");
        Assert.Equal((2, true), (first.GetProperty("data").GetArrayLength(), first.GetProperty("has_more").GetBoolean()));
        var second = await server.GetJsonAsync($"{Path}/{made.Text("id")}/input_items?order=asc&after={first.Text("last_id")}");
        Assert.Equal(["input_text", "input_image"], second.GetProperty("data")[0].GetProperty("content").EnumerateArray().Select(part => part.Text("type")));
        using var bad = await server.SendAsync(HttpMethod.Get, $"{Path}/{made.Text("id")}/input_items?after=nothing");
        Assert.Equal((400, "after"), (await FaceCalls.ErrorAsync(bad)) is var error ? (error.Status, error.Param) : default);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Slow([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ChatRole.Assistant, "Half");
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
