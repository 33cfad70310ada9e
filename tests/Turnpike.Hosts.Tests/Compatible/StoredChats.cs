using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>The list of stored chat completions.</summary>
public sealed class StoredChats
{
    private const string Path = "/v1/chat/completions";

    private static async Task<string> MakeAsync(RunningServer server, string text, string metadata, bool store = true) =>
        (await server.AnswerAsync(Path, $$"""{"model":"test/model","store":{{(store ? "true" : "false")}},"metadata":{{metadata}},"messages":[{"role":"user","content":"{{text}}"}]}""")).Text("id")!;

    private static string[] Ids(JsonElement list) => [.. list.GetProperty("data").EnumerateArray().Select(one => one.Text("id")!)];

    [Fact]
    public async Task Only_what_was_made_here_to_be_stored_is_listed_in_pages()
    {
        await using var server = new RunningServer();
        var (one, two, three) = (await MakeAsync(server, "1", """{"g":"x"}"""), await MakeAsync(server, "2", "{}"), await MakeAsync(server, "3", """{"g":"x"}"""));
        await MakeAsync(server, "4", "{}", store: false);
        await server.TurnAsync(new { content = "native" });
        var first = await server.GetJsonAsync(Path + "?limit=2");
        Assert.Equal([one, two], Ids(first));
        Assert.Equal((one, two, true), (first.Text("first_id"), first.Text("last_id"), first.GetProperty("has_more").GetBoolean()));
        var rest = await server.GetJsonAsync($"{Path}?limit=2&after={two}");
        Assert.Equal([three], Ids(rest));
        Assert.False(rest.GetProperty("has_more").GetBoolean());
        Assert.Equal([three, two, one], Ids(await server.GetJsonAsync(Path + "?order=desc")));
        Assert.Equal([one, three], Ids(await server.GetJsonAsync(Path + "?metadata[g]=x")));
        Assert.Empty(Ids(await server.GetJsonAsync(Path + "?model=test/other")));
    }

    [Fact]
    public async Task Metadata_is_replaced_and_what_is_deleted_is_no_longer_listed()
    {
        await using var server = new RunningServer();
        var id = await MakeAsync(server, "1", """{"g":"x"}""");
        Assert.Equal("y", (await server.AnswerAsync($"{Path}/{id}", """{"metadata":{"g":"y"}}""")).GetProperty("metadata").Text("g"));
        Assert.Equal("y", (await server.GetJsonAsync($"{Path}/{id}")).GetProperty("metadata").Text("g"));
        var wrong = await server.ErrorAsync($"{Path}/{id}", "{}");
        Assert.Equal((400, "metadata"), (wrong.Status, wrong.Param));
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"{Path}/{id}");
        Assert.Equal("chat.completion.deleted", (await server.JsonAsync(deleted)).Text("object"));
        Assert.Empty(Ids(await server.GetJsonAsync(Path)));
    }

    [Fact]
    public async Task What_did_not_end_well_is_told_as_its_error_and_is_not_listed()
    {
        await using var server = new RunningServer();
        var (gone, cancelled) = (new TaskCompletionSource(), "");
        server.Model.Fails(new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.ProviderRefused, "No.")).Answers((_, stop) => UntilAsync(gone.Task, stop));
        const string Stored = """{"model":"test/model","store":true,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""";
        var failed = FaceCalls.Chunks(await server.LinesAsync(Path, Stored))[0].Text("id")!;
        using (var streaming = await server.Client.SendAsync(new(HttpMethod.Post, Path) { Content = new StringContent(Stored, System.Text.Encoding.UTF8, "application/json") }, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            cancelled = streaming.Headers.GetValues("Turnpike-Turn").Single();
            using var ended = await server.PostAsync($"/api/turns/{cancelled}/cancel", new { });
            Assert.True(ended.IsSuccessStatusCode);
            await streaming.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        foreach (var (id, status, code) in ((string, int, string)[])[(failed, 400, "provider_refused"), ("chatcmpl-" + cancelled["turn_".Length..], 409, "turn_cancelled")])
        {
            using var read = await server.SendAsync(HttpMethod.Get, $"{Path}/{id}");
            Assert.Equal((status, code), await FaceCalls.ErrorAsync(read) is var error ? (error.Status, error.Code) : default);
            var noted = await server.ErrorAsync($"{Path}/{id}", """{"metadata":{"a":"b"}}""");
            Assert.Equal((status, code), (noted.Status, noted.Code));
        }
        Assert.Empty(Ids(await server.GetJsonAsync(Path)));
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"{Path}/{failed}");
        Assert.Equal(200, (int)deleted.StatusCode);
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> UntilAsync(Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(Microsoft.Extensions.AI.ChatRole.Assistant, "one");
        await go.WaitAsync(cancellationToken);
    }

    [Fact]
    public async Task The_messages_that_were_sent_are_listed()
    {
        await using var server = new RunningServer();
        var id = (await server.AnswerAsync(Path, """
            {"model":"test/model","store":true,"messages":[{"role":"user","content":"One"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"two"},{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}]}
            """)).Text("id");
        var messages = (await server.GetJsonAsync($"{Path}/{id}/messages")).GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(["user", "assistant", "tool", "user"], messages.Select(message => message.Text("role")));
        Assert.Equal(("f", "c1"), (messages[1].GetProperty("tool_calls")[0].GetProperty("function").Text("name"), messages[2].Text("tool_call_id")));
        Assert.Equal(("Look", "https://example.org/a.png"), (messages[3].Text("content"), messages[3].GetProperty("content_parts")[1].GetProperty("image_url").Text("url")));
        var page = await server.GetJsonAsync($"{Path}/{id}/messages?limit=1&order=desc");
        Assert.Equal((messages[3].Text("id"), true), (page.Text("last_id"), page.GetProperty("has_more").GetBoolean()));
    }

    [Theory]
    [InlineData("?after=nothing", "after")]
    [InlineData("?after=chatcmpl-nothing", "after")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?order=up", "order")]
    public async Task A_bad_page_is_refused_with_the_field(string query, string param)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Get, Path + query);
        Assert.Equal((400, param), await FaceCalls.ErrorAsync(response) is var error ? (error.Status, error.Param) : default);
    }
}
