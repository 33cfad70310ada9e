using System.Net;

namespace Turnpike.Hosts.Tests.Server;

public sealed class KeepingPrompts
{
    private const string One = """{"key":"guide","messages":[{"role":"user","content":"One."}]}""";
    private const string Two = """{"messages":[{"role":"user","content":"Two."}]}""";

    [Fact]
    public async Task A_label_moves_to_a_version_and_names_it()
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", One);
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide", Two);
        using var moved = await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/labels/production", """{"version":1}""");
        Assert.Equal((HttpStatusCode.OK, "production"), (moved.StatusCode, (await server.JsonAsync(moved)).GetProperty("labels")[0].GetString()));
        Assert.Equal(1, (await server.GetJsonAsync("/api/prompts/guide")).GetProperty("version").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(HttpMethod.Delete, "/api/prompts/guide/labels/production")).StatusCode);
        Assert.Equal(2, (await server.GetJsonAsync("/api/prompts/guide")).GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("/api/prompts/guide/labels/production", """{"version":9}""", 404, "no version or label \"9\"")]
    [InlineData("/api/prompts/guid/labels/production", """{"version":1}""", 404, "Did you mean \"guide\"?")]
    [InlineData("/api/prompts/guide/labels/7", """{"version":1}""", 400, "cannot be a label")]
    [InlineData("/api/prompts/guide/labels/production", "{}", 400, "lacks \"version\"")]
    [InlineData("/api/prompts/other", One, 400, "The body's key \"guide\" is not the address's \"other\".")]
    public async Task What_cannot_be_saved_is_told_why(string path, string body, int status, string says)
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", One);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Put, path, body));
        Assert.Equal(status, refused.Status);
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?version=9", "no version or label \"9\"")]
    [InlineData("?label=staging", "no version or label \"staging\"")]
    public async Task A_version_that_there_is_not_is_told_from_a_prompt_that_there_is_not(string query, string says)
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", One);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/guide" + query));
        Assert.Equal((404, "prompt_not_found"), (refused.Status, refused.Code));
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_asks_for_a_version_that_there_is_not_is_told_the_newest()
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", One);
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide", Two);
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/labels/production", """{"version":1}""");
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { prompt = "guide@99" }));
        Assert.Equal("Prompt \"guide\" has no version or label \"99\". Its newest version is 2.", refused.Detail);
    }

    [Fact]
    public async Task A_prompt_is_created_once_and_named_by_its_location()
    {
        await using var server = new RunningServer();
        using var created = await server.CurlAsync("/api/prompts", """{"key":"führer/stadt","messages":[{"role":"user","content":"One."}]}""");
        Assert.Equal("/api/prompts/f%C3%BChrer%2Fstadt", created.Headers.Location?.OriginalString);
        Assert.Equal("führer/stadt", (await server.GetJsonAsync(created.Headers.Location!.OriginalString)).GetProperty("key").GetString());
        var refused = await server.RefusedAsync(server.CurlAsync("/api/prompts", """{"key":"führer/stadt","messages":[{"role":"user","content":"Two."}]}"""));
        Assert.Equal((412, "version_conflict"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task A_prompt_that_ships_with_the_product_is_saved_over_with_the_etag_it_was_read_with()
    {
        await using var server = new RunningServer();
        using var shipped = await server.SendAsync(HttpMethod.Get, "/api/prompts/summarize");
        using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/summarize", Two, ("If-Match", shipped.Headers.ETag!.Tag));
        Assert.Equal((HttpStatusCode.OK, "\"1\""), (saved.StatusCode, saved.Headers.ETag?.Tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync(HttpMethod.Put, "/api/prompts/summarize", One.Replace("guide", "summarize", StringComparison.Ordinal), ("If-Match", shipped.Headers.ETag.Tag))).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await server.SendAsync(HttpMethod.Put, "/api/prompts/summarize", Two, ("If-Match", "W/\"x\""))).StatusCode);
    }

    [Fact]
    public async Task A_list_is_read_in_pages_by_the_cursor_of_the_page_before()
    {
        await using var server = new RunningServer();
        foreach (var key in new[] { "a", "b", "c" }) await server.CurlAsync("/api/prompts", One.Replace("guide", key, StringComparison.Ordinal));
        var seen = new List<string?>();
        var path = "/api/prompts?limit=1";
        for (string? next = ""; next is not null;)
        {
            var page = await server.GetJsonAsync(next.Length == 0 ? path : $"{path}&after={Uri.EscapeDataString(next)}");
            seen.Add(page.GetProperty("data")[0].GetProperty("key").GetString());
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }
        Assert.Equal(["a", "b", "c"], seen[..3].Order());
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts?after=elsewhere"));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
    }
}
