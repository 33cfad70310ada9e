using System.Net;
using System.Net.Http.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A body may come in chunks, or in frames of HTTP/2, and say no length: it counts all the same.</summary>
public sealed class BodiesWithoutLength
{
    private static readonly object Hello = new[] { new { role = "user", content = "Hello." } };

    [Fact]
    public async Task Chunks_say_which_prompts_are_exported_and_who_publishes_a_draft()
    {
        await using var server = new RunningServer();
        foreach (var key in (string[])["a", "b"]) Assert.Equal(201, (int)(await server.PostAsync("/api/prompts", new { key, messages = Hello })).StatusCode);
        using var exported = await ChunkedAsync(server, "/api/prompts/export", new { keys = new[] { "a" } });
        Assert.Equal("a", Assert.Single((await server.JsonAsync(exported)).GetProperty("prompts").EnumerateArray()).GetProperty("key").GetString());
        using var all = await server.SendAsync(HttpMethod.Post, "/api/prompts/export");
        Assert.Equal(2, (await server.JsonAsync(all)).GetProperty("prompts").GetArrayLength());

        await server.SendAsync(HttpMethod.Put, "/api/prompts/a/draft", """{"messages":[{"role":"user","content":"Two."}]}""");
        using var published = await ChunkedAsync(server, "/api/prompts/a/draft/publish", new { author = "ann", note = "shorter" });
        Assert.Equal(200, (int)published.StatusCode);
        var newest = (await server.GetJsonAsync("/api/prompts/a/versions")).GetProperty("data")[0];
        Assert.Equal((2, "ann", "shorter"), (newest.GetProperty("version").GetInt32(), newest.GetProperty("author").GetString(), newest.GetProperty("note").GetString()));
    }

    [Fact]
    public async Task A_conversation_is_made_of_nothing()
    {
        await using var server = new RunningServer();
        foreach (var (nothing, chunked) in ((HttpContent?, bool)[])[(null, false), (new ByteArrayContent([]), false), (new StreamContent(Stream.Null), true), (new StringContent("", null, "application/json"), true)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/conversations") { Content = nothing };
            if (chunked) request.Headers.TransferEncodingChunked = true;
            using var made = await SendAsync(server, request);
            Assert.Equal("conversation", (await server.JsonAsync(made)).GetProperty("object").GetString());
        }
        Assert.Equal(200, await StatusAsync(server, "POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        Assert.Equal(400, await StatusAsync(server, "POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]"));
        foreach (var length in (string[])["ffffffffffffffff", "ffffffffff", "zz"])
            Assert.Equal(400, await StatusAsync(server, $"POST /api/turns HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{length}\r\n{{}}\r\n0\r\n\r\n"));
    }

    /// <summary>The status of an answer to exactly these bytes: clients of .NET always tell a length, or that there are chunks.</summary>
    private static async Task<int> StatusAsync(RunningServer server, string request)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var answer = new StreamReader(stream);
        return int.Parse((await answer.ReadToEndAsync(TestContext.Current.CancellationToken)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_body_of_HTTP_2_is_read_and_an_empty_one_is_none()
    {
        await using var server = new RunningServer(null, ("Kestrel:EndpointDefaults:Protocols", "Http2"));
        using var began = await SendAsync(server, "/api/turns", new { content = "One" });
        var first = await server.JsonAsync(began);
        var (turn, conversation) = (first.GetProperty("id").GetString(), first.GetProperty("conversation").GetString());
        using var second = await SendAsync(server, "/api/turns", new { conversation, content = "Two" });
        var head = (await server.JsonAsync(second)).GetProperty("id").GetString();

        using var forked = await SendAsync(server, $"/api/conversations/{conversation}/fork", new { turn });
        Assert.Equal(turn, (await server.JsonAsync(forked)).GetProperty("head").GetString());
        foreach (var nothing in (HttpContent?[])[null, new ByteArrayContent([]), new StreamContent(Stream.Null)])
        {
            using var whole = await SendAsync(server, $"/api/conversations/{conversation}/fork", nothing);
            Assert.Equal(head, (await server.JsonAsync(whole)).GetProperty("head").GetString());
        }
        using var again = await SendAsync(server, $"/api/turns/{head}/regenerate", new { parameters = new { temperature = 0.25 } });
        Assert.Equal(0.25f, server.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task The_truth_of_Python_is_taken_and_what_is_neither_true_nor_false_is_refused()
    {
        await using var server = new RunningServer();
        var turn = await server.TurnAsync(new { content = "Hi" });
        var conversation = turn.GetProperty("conversation").GetString();
        var file = await server.Client.GetStringAsync($"/api/conversations/{conversation}/export", TestContext.Current.CancellationToken);
        await using var other = new RunningServer();
        using var tried = await other.SendAsync(HttpMethod.Post, "/api/conversations/import?dryRun=True", file);
        Assert.True((await other.JsonAsync(tried)).GetProperty("dryRun").GetBoolean());
        Assert.Equal("dryRun", (await other.RefusedAsync(other.SendAsync(HttpMethod.Post, "/api/conversations/import?dryRun=yes", file))).Body.GetProperty("field").GetString());
        Assert.Empty((await other.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray());

        Assert.True((await server.GetJsonAsync($"/api/conversations/{conversation}/turns?branches=True")).GetProperty("data")[0].TryGetProperty("siblings", out _));
        Assert.Equal(400, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, $"/api/conversations/{conversation}/turns?branches=yes"))).Status);
        var response = "/v1/responses/resp_" + turn.GetProperty("id").GetString()!["turn_".Length..];
        using var streamed = await server.SendAsync(HttpMethod.Get, response + "?stream=True");
        Assert.Equal("text/event-stream", streamed.Content.Headers.ContentType?.MediaType);
        using var whole = await server.SendAsync(HttpMethod.Get, response + "?stream=False");
        Assert.Equal("completed", (await server.JsonAsync(whole)).GetProperty("status").GetString());
        using var neither = await server.SendAsync(HttpMethod.Get, response + "?stream=yes");
        Assert.Equal(400, (int)neither.StatusCode);
    }

    private static async Task<HttpResponseMessage> ChunkedAsync(RunningServer server, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body), Headers = { TransferEncodingChunked = true } };
        return await SendAsync(server, request);
    }

    private static Task<HttpResponseMessage> SendAsync(RunningServer server, string path, object body) => SendAsync(server, path, JsonContent.Create(body));

    private static async Task<HttpResponseMessage> SendAsync(RunningServer server, string path, HttpContent? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body };
        return await SendAsync(server, request);
    }

    /// <summary>Sends with a client of its own: that of the tests reads every body first and tells its length.</summary>
    private static async Task<HttpResponseMessage> SendAsync(RunningServer server, HttpRequestMessage request)
    {
        using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
