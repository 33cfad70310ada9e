using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>A background response whose server is killed while it is told.</summary>
public sealed class KilledWhileAnswering
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_background_response_is_resumed_after_a_kill_where_its_reader_was_and_ends_as_failed_with_what_was_said()
    {
        var hang = new TaskCompletionSource();
        Func<HttpContext, Task> answer = context => context.Request.Path.Value!.EndsWith("/models", StringComparison.Ordinal) ? FakeServer.Json("""{"data":[{"id":"slow"}]}""")(context) : TalkAsync(context, hang.Task);
        await using var provider = await FakeServer.StartAsync([.. Enumerable.Repeat(answer, 20)]);
        await using var servers = new ServerProcesses();
        (string, string)[] environment = [("OPENAI_BASE_URL", provider.Address + "/v1"), ("OPENAI_API_KEY", "k"), ("Turnpike__Runner__Lease", "00:00:02"), ("Turnpike__Runner__RenewEvery", "00:00:01")];
        var (server, http) = await servers.StartAsync(environment);
        using var made = await http.PostAsync("/v1/responses", new StringContent("""{"model":"openai/slow","input":"Talk","background":true}"""), Stop);
        var response = JsonDocument.Parse(await made.Content.ReadAsStringAsync(Stop)).RootElement;
        Assert.Equal("in_progress", response.Text("status"));
        var before = await HeardAsync(http, $"/v1/responses/{response.Text("id")}?stream=true");
        using var other = await http.PostAsync("/api/turns", new StringContent("""{"model":"builtin/echo","content":"Hi"}"""), Stop); // when its end is on disk, so is what was said before
        Assert.Equal(200, (int)other.StatusCode);

        await ServerProcesses.KillAsync(server);
        http.Dispose();
        (_, http) = await servers.StartAsync(environment);
        using (http)
        {
            var last = before[^1].GetProperty("sequence_number").GetInt32();
            var after = FaceCalls.Chunks(FaceCalls.Lines(await http.GetStringAsync($"/v1/responses/{response.Text("id")}?stream=true&starting_after={last}", Stop)));
            Assert.Equal(Enumerable.Range(last + 1, after.Count), after.Select(one => one.GetProperty("sequence_number").GetInt32()));
            var ended = after[^1].GetProperty("response");
            Assert.Equal(("response.failed", "failed"), (after[^1].Text("type"), ended.Text("status")));
            Assert.StartsWith("[turn_interrupted]", ended.GetProperty("error").Text("message"), StringComparison.Ordinal);
            Assert.Equal("Half an answer", ended.GetProperty("output")[0].GetProperty("content")[0].Text("text"));
            Assert.Equal(ended.GetRawText(), await http.GetStringAsync($"/v1/responses/{response.Text("id")}", Stop));
            var whole = FaceCalls.Chunks(FaceCalls.Lines(await http.GetStringAsync($"/v1/responses/{response.Text("id")}?stream=true", Stop)));
            Assert.Equal(before.Concat(after).Select(one => one.GetProperty("sequence_number").GetInt32()), whole.Select(one => one.GetProperty("sequence_number").GetInt32()));
        }
        hang.SetResult();
    }

    /// <summary>Reads until something was said; the reader is then still connected.</summary>
    private static async Task<IReadOnlyList<JsonElement>> HeardAsync(HttpClient http, string path)
    {
        using var reader = new StreamReader(await http.GetStreamAsync(path, Stop));
        var seen = new List<JsonElement>();
        while (!seen.Exists(one => one.Text("type") == "response.output_text.delta" && one.Text("delta")!.EndsWith("answer", StringComparison.Ordinal)))
        {
            seen.AddRange(FaceCalls.Chunks(FaceCalls.Lines(await reader.ReadLineAsync(Stop) ?? throw new InvalidOperationException("The stream ended too soon."))));
        }
        return seen;
    }

    private static async Task TalkAsync(HttpContext context, Task hang)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var word in (string[])["Half ", "an ", "answer"])
        {
            await context.Response.WriteAsync($$"""data: {"id":"c1","object":"chat.completion.chunk","model":"slow","choices":[{"index":0,"delta":{"content":"{{word}}"},"finish_reason":null}]}""" + "\n\n", Stop);
            await context.Response.Body.FlushAsync(Stop);
        }
        await hang.WaitAsync(context.RequestAborted);
    }
}
