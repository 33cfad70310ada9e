using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>HTTP hooks: programs behind a URL that see turns.</summary>
public sealed class Hooks
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RunningServer Server(Uri hook, string at = "turn-finalize", params (string Key, string Value)[] more) =>
        new(null, [("Turnpike:Hooks:0:Name", "guard"), ("Turnpike:Hooks:0:Url", hook.ToString()), ("Turnpike:Hooks:0:At", at), .. more.Select(one => ("Turnpike:Hooks:0:" + one.Key, one.Value))]);

    /// <summary>The script that the documentation shows.</summary>
    private static string Script()
    {
        var page = Repository.Read("docs", "hooks.md");
        var from = page.IndexOf("```js\n", StringComparison.Ordinal) + 6;
        return page[from..page.IndexOf("```", from, StringComparison.Ordinal)];
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/event-stream")]
    public async Task A_Node_script_changes_the_temperature_and_the_trace_says_so(string accept)
    {
        using var node = await StartNodeAsync("s3cret");
        await using var server = Server(new($"http://127.0.0.1:{await node.StandardOutput.ReadLineAsync(Cancellation)}/"), more: [("Secret", "s3cret"), ("Name", "cooler")]);
        using var response = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"@.params.temp 0.9; Hi"}""", ("Accept", accept));
        await response.Content.ReadAsStringAsync(Cancellation);
        node.Kill();

        Assert.Equal((200, 0.3f), ((int)response.StatusCode, server.Model.Last.Options.Temperature));
        var id = response.Headers.GetValues("Turnpike-Turn").Single();
        var change = (await server.GetJsonAsync($"/api/turns/{id}/trace")).EnumerateArray().SelectMany(station => station.GetProperty("changes").EnumerateArray()).Single(one => one.GetProperty("source").GetString() == "middleware:cooler");
        Assert.Equal("""{"path":"parameters.temperature","before":0.9,"after":0.3,"source":"middleware:cooler"}""", change.GetRawText());
        Assert.Equal("Cooled down.", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("warnings")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_wrong_secret_is_noticed_by_the_script()
    {
        using var node = await StartNodeAsync("another");
        await using var server = Server(new($"http://127.0.0.1:{await node.StandardOutput.ReadLineAsync(Cancellation)}/"), more: ("Secret", "s3cret"));
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Hi" }));
        node.Kill();
        Assert.Equal((422, "rejected", "Hook \"guard\" answered with status 401, so the turn was not sent."), (refused.Status, refused.Code, refused.Detail));
    }

    private static async Task<Process> StartNodeAsync(string secret)
    {
        var script = Path.Combine(TestFolder.New(), "hook.js");
        await File.WriteAllTextAsync(script, Script(), Cancellation);
        try
        {
            return Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardOutput = true, Environment = { ["SECRET"] = secret } })!;
        }
        catch (System.ComponentModel.Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("Node is not installed here.");
            throw;
        }
    }

    [Theory]
    [InlineData("500 Oops", "{}", "answered with status 500")]
    [InlineData("302 Found", "{}", "answered with status 302")]
    [InlineData("200 OK", "garbage", "answered something that is no JSON object")]
    [InlineData("200 OK", "[1]", "answered something that is no JSON object")]
    [InlineData("200 OK", """{"content":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""", "answered something that is no JSON object of at most 48 levels")]
    [InlineData("200 OK", """{"parameter":{}}""", "answered with the member \"parameter\", which nobody reads")]
    [InlineData("200 OK", """{"parameters":{"temperature":9}}""", "answered with a parameter that does not fit")]
    [InlineData("200 OK", """{"parameters":{"temprature":1}}""", "answered with a parameter that is not known")]
    [InlineData("200 OK", """{"content":5}""", "answered with a \"content\" that is not a text")]
    [InlineData("200 OK", """{"content":"x","tools":"all"}""", "answered with a \"tools\" that is not an object")]
    [InlineData("200 OK", """{"system":"x"}""", "answered with a \"system\" that is not an object")]
    public async Task What_is_no_answer_refuses_the_turn_or_is_a_warning(string status, string body, string message)
    {
        await using var hook = RawServer.Answering(status, body, "Content-Type: application/json\r\nLocation: /\r\n");
        await using (var server = Server(hook.Url))
        {
            var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Hi" }));
            Assert.Equal((422, "rejected"), (refused.Status, refused.Code));
            Assert.StartsWith($"Hook \"guard\" {message}", refused.Detail);
            Assert.Empty(server.Model.Requests);
        }
        await using (var server = Server(hook.Url, more: ("OnError", "Continue")))
        {
            var warning = (await server.TurnAsync(new { content = "Hi" })).GetProperty("warnings").EnumerateArray().Single();
            Assert.Equal(("hook_failed", "middleware"), (warning.GetProperty("code").GetString(), warning.GetProperty("station").GetString()));
            Assert.StartsWith($"Hook \"guard\" {message}", warning.GetProperty("message").GetString());
            Assert.Equal(["user: Hi"], server.Model.Last.Transcript);
        }
    }

    [Fact]
    public async Task One_that_takes_too_long_is_not_waited_for()
    {
        await using var hook = RawServer.Start(exchange => exchange.UntilClientLeavesAsync());
        await using var server = Server(hook.Url, more: ("Timeout", "00:00:00.100"));
        Assert.Equal("Hook \"guard\" did not answer within 0.1 s, so the turn was not sent.", (await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Hi" }))).Detail);
    }

    [Fact]
    public async Task One_that_is_not_there_refuses_the_turn()
    {
        await using var server = Server(RawServer.Nobody());
        Assert.Equal("Hook \"guard\" could not be reached, or its answer was broken off, so the turn was not sent.", (await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Hi" }))).Detail);
    }

    [Fact]
    public async Task It_sees_the_draft_and_can_change_all_of_it()
    {
        await using var hook = RawServer.Answering("200 OK", """{"content":"Ho","parameters":{"seed":7,"temperature":null},"variables":{"city":"Rome"},"tools":{"only":["current_time"]},"rules":{"add":["kind"]},"system":{"text":"In {{city}}.","mode":"append"},"title":"Greeting"}""");
        await using var server = Server(hook.Url);
        await server.PostAsync("/api/rules", new { name = "kind", content = "KIND" });
        var turn = await server.TurnAsync(new { content = "@.params.temp 0.5; Hi", prompt = new { messages = new[] { new { role = "user", content = "{{city}}:" } }, variables = new object[] { new { name = "city", type = "string" }, new { name = "key", type = "string", secret = true } } }, variables = new { key = "hunter2" } });
        Assert.Equal(["system: In {{city}}.\n\nKIND", "user: Rome:\n\nHo"], server.Model.Last.Transcript);
        Assert.Equal((7L, null, "current_time"), (server.Model.Last.Options.Seed, server.Model.Last.Options.Temperature, Assert.Single(server.Model.Last.Tools)));
        var asked = JsonElement.Parse(hook.Request.Body);
        Assert.Equal(("turn-finalize", "Hi", "@.params.temp 0.5; Hi", 0.5, "•••"), (asked.GetProperty("hook").GetString(), asked.GetProperty("content").GetString(), asked.GetProperty("typed").GetString(), asked.GetProperty("parameters").GetProperty("temperature").GetDouble(), asked.GetProperty("variables").GetProperty("key").GetString()));
        Assert.Equal("turn-finalize", hook.Request.Headers["Turnpike-Hook"]);
        Assert.Equal("Greeting", (await server.GetJsonAsync("/api/conversations/" + turn.GetProperty("conversation").GetString())).GetProperty("title").GetString());
    }

    [Fact]
    public async Task Its_reason_refuses_the_turn()
    {
        await using var hook = RawServer.Answering("200 OK", """{"refuse":"No names, please."}""");
        await using var server = Server(hook.Url);
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Hi" }));
        Assert.Equal((422, "rejected", "middleware:guard refused the turn: No names, please."), (refused.Status, refused.Code, refused.Detail));
    }

    [Fact]
    public async Task Before_start_it_changes_what_is_sent_and_previews_show_it()
    {
        await using var hook = RawServer.Answering("200 OK", """{"messages":[{"role":"user","content":[{"type":"text","text":"Hi, [name]"}]}],"parameters":{"temperature":0.1},"tools":[]}""");
        await using var server = Server(hook.Url, "before-start");
        var turn = await server.TurnAsync(new { content = "Hi, Ada", tools = new[] { "current_time" } });
        Assert.Equal(["user: Hi, [name]"], server.Model.Last.Transcript);
        Assert.Equal((0.1f, 0), (server.Model.Last.Options.Temperature, server.Model.Last.Tools.Count));
        var asked = JsonElement.Parse(hook.Requests.First().Body).GetProperty("request");
        Assert.Equal("Hi, Ada", asked.GetProperty("messages")[0].GetProperty("content")[0].GetProperty("text").GetString());
        var preview = await server.JsonAsync(await server.PostAsync("/api/turns/preview", new { content = "Hi, Ada", tools = new[] { "current_time" } }));
        Assert.Equal("Hi, [name]", preview.GetProperty("request").GetProperty("messages")[0].GetProperty("content")[0].GetProperty("text").GetString());
        var trace = await server.GetJsonAsync($"/api/turns/{turn.GetProperty("id").GetString()}/trace");
        var changes = trace.EnumerateArray().SelectMany(station => station.GetProperty("changes").EnumerateArray()).Where(change => change.GetProperty("source").GetString() == "middleware:guard").Select(change => change.GetProperty("path").GetString());
        Assert.Equal(["parameters.temperature", "messages[0]", "tools"], changes);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task After_the_turn_it_is_told_of_it(string accept)
    {
        var told = new TaskCompletionSource<string>();
        await using var hook = RawServer.Start(async exchange =>
        {
            told.TrySetResult(exchange.Request.Body);
            await exchange.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        });
        await using var server = Server(hook.Url, "after-turn");
        server.Model.Says("Hello");
        using var response = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Accept", accept));
        var body = JsonElement.Parse(await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
        Assert.Equal(("after-turn", "Hello", "completed"), (body.GetProperty("hook").GetString(), body.GetProperty("turn").GetProperty("answer").GetString(), body.GetProperty("turn").GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Of_a_turn_that_ended_in_its_queue_it_hears_all_but_the_text_that_nobody_searched_for_secrets()
    {
        var told = new TaskCompletionSource<string>();
        await using var hook = RawServer.Start(async exchange =>
        {
            told.TrySetResult(exchange.Request.Body);
            await exchange.SendAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        });
        await using var server = Server(hook.Url, "after-turn");
        server.Model.Answers((_, stop) => SilentAsync(stop));
        using var first = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"First"}""", ("Prefer", "respond-async"));
        var queued = await server.SubmitAsync($$"""{"content":"hunter2","conversation":"{{first.Headers.GetValues("Turnpike-Conversation").Single()}}","queue":true}""");
        using var cancelled = await server.SendAsync(HttpMethod.Post, $"/api/turns/{queued}/cancel");
        var turn = JsonElement.Parse(await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)).GetProperty("turn");
        Assert.Equal((queued, "cancelled", "•••"), (turn.GetProperty("id").GetString(), turn.GetProperty("status").GetString(), turn.GetProperty("content").GetString()));
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> SilentAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        yield break;
    }
}
