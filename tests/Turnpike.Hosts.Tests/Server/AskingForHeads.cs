namespace Turnpike.Hosts.Tests.Server;

/// <summary>HEAD is answered wherever GET is, as GET would be, without the body.</summary>
public sealed class AskingForHeads
{
    [Fact]
    public async Task Gives_the_headers_of_GET_and_no_body()
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", """{"key":"a/b","messages":[{"role":"user","content":"x"}]}""");
        using var form = new MultipartFormDataContent { { new ByteArrayContent("12345"u8.ToArray()), "file", "a.txt" } };
        var file = (await server.JsonAsync(await server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken))).GetProperty("id").GetString();
        foreach (var path in (string[])["/", "/health", "/health/live", "/health/ready", "/openapi/v1.json", "/api/prompts", "/api/prompts/a/b", "/api/models", "/api/files/" + file, $"/api/files/{file}/content", "/v1/models"])
        {
            using var get = await server.SendAsync(HttpMethod.Get, path);
            using var head = await server.SendAsync(HttpMethod.Head, path);
            Assert.Equal((200, path), ((int)head.StatusCode, path));
            Assert.Equal(get.Content.Headers.ContentType?.ToString(), head.Content.Headers.ContentType?.ToString());
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
            if (get.Content.Headers.ContentLength is { } length) Assert.Equal(length, head.Content.Headers.ContentLength);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Head, "/api/prompts/none")).StatusCode);
        Assert.Equal(405, (int)(await server.SendAsync(HttpMethod.Head, "/api/turns")).StatusCode);
    }

    [Fact]
    public async Task Of_a_running_turns_events_does_not_wait_for_its_end()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => WaitAsync(stop));
        var id = await server.SubmitAsync();
        using var head = await server.SendAsync(HttpMethod.Head, $"/api/turns/{id}/events");
        Assert.Equal((200, "text/event-stream"), ((int)head.StatusCode, head.Content.Headers.ContentType?.MediaType));
        await server.CurlAsync($"/api/turns/{id}/cancel", "");
    }

    [Fact]
    public async Task Is_allowed_where_GET_is()
    {
        await using var server = new RunningServer();
        using var refused = await server.SendAsync(HttpMethod.Post, "/api/models", "{}");
        Assert.Equal(405, (int)refused.StatusCode);
        Assert.Equal(["GET", "HEAD"], refused.Content.Headers.Allow.Order());
    }

    private static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> WaitAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(Microsoft.Extensions.AI.ChatRole.Assistant, "one");
        await Task.Delay(Timeout.Infinite, stop);
    }
}
