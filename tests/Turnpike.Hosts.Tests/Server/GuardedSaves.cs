using System.Net;

namespace Turnpike.Hosts.Tests.Server;

/// <summary><c>If-Match</c> as HTTP has it: one tag, several, or anything that is there.</summary>
public sealed class GuardedSaves(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task Anything_means_something_that_is_there()
    {
        Assert.Equal(HttpStatusCode.PreconditionFailed, await SavedAsync("/api/prompts/none", "*"));
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Server.SendAsync(HttpMethod.Get, "/api/prompts/none")).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, await SavedAsync("/api/prompts/none/draft", "*"));
        Assert.Equal(HttpStatusCode.OK, await SavedAsync("/api/prompts/any", null));
        Assert.Equal(HttpStatusCode.OK, await SavedAsync("/api/prompts/any", "*"));
        Assert.Equal(HttpStatusCode.OK, await SavedAsync("/api/prompts/translate", "*"));
    }

    [Theory]
    [InlineData("\"1\", \"2\"", HttpStatusCode.OK)]
    [InlineData("\"2\",\"9\"", HttpStatusCode.OK)]
    [InlineData("W/\"2\", \"2\"", HttpStatusCode.OK)]
    [InlineData("\"1\", \"3\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"2\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("two", HttpStatusCode.PreconditionFailed)]
    public async Task One_of_several_tags_is_enough(string match, HttpStatusCode status)
    {
        var path = "/api/prompts/" + Guid.NewGuid().ToString("N");
        foreach (var _ in (int[])[1, 2]) await SavedAsync(path, null);
        Assert.Equal(status, await SavedAsync(path, match));
        foreach (var _ in (int[])[1, 2]) await SavedAsync(path + "/draft", null);
        Assert.Equal(status, await SavedAsync(path + "/draft", match));
        Assert.Equal(status is HttpStatusCode.OK ? HttpStatusCode.OK : HttpStatusCode.PreconditionFailed, await SavedAsync(path + "/labels/live", match.Replace('2', status is HttpStatusCode.OK ? '3' : '2'), """{"version":1}"""));
    }

    /// <summary>What is kept with a revision: where, and two bodies.</summary>
    public static TheoryData<string, string> Kept => new()
    {
        { "/api/prompts/guarded", """{"messages":[{"role":"user","content":"?"}]}""" },
        { "/api/prompts/guarded/draft", """{"messages":[{"role":"user","content":"?"}]}""" },
        { "/api/prompts/guarded/tests", """{"cases":[{"name":"?","expect":[{"contains":"x"}]}]}""" },
        { "/api/rules/guarded", """{"content":"?"}""" },
        { "/api/tags/guarded", """{"description":"?"}""" },
        { "/api/projects/guarded", """{"name":"?"}""" },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task What_somebody_else_changed_is_not_deleted_with_the_tag_that_was_read_before(string path, string body)
    {
        await using var server = new RunningServer();
        var before = await TwiceAsync(server, path, body);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, path, null, ("If-Match", before)));
        Assert.Equal((412, "version_conflict", "If-Match"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        using var kept = await server.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(HttpMethod.Delete, path, null, ("If-Match", kept.Headers.ETag!.Tag))).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task What_must_not_be_there_is_not_saved_over(string path, string body)
    {
        await using var server = new RunningServer();
        var before = await TwiceAsync(server, path, body);
        using var kept = await server.SendAsync(HttpMethod.Get, path);
        var now = kept.Headers.ETag!.Tag;
        var third = body.Replace("?", "three", StringComparison.Ordinal);
        foreach (var none in (string[])["*", now, $"W/{now}", $"{before}, {now}"])
        {
            var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Put, path, third, ("If-None-Match", none)));
            Assert.Equal((412, "If-None-Match"), (refused.Status, refused.Body.GetProperty("field").GetString()));
        }
        Assert.Equal(now, (await server.SendAsync(HttpMethod.Get, path)).Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, path, third, ("If-None-Match", before))).StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_yet_is_saved_where_it_must_not_be_there()
    {
        foreach (var (path, body) in ((string, string)[])[("/api/prompts/first", """{"messages":[{"role":"user","content":"Hi."}]}"""), ("/api/prompts/second/draft", """{"messages":[]}"""), ("/api/prompts/first/tests", """{"cases":[]}"""), ("/api/tags/first", "{}")])
            Assert.Equal(HttpStatusCode.OK, (await shared.Server.SendAsync(HttpMethod.Put, path, body, ("If-None-Match", "*"))).StatusCode);
    }

    /// <summary>Makes something and saves it anew; its tag in between.</summary>
    private static async Task<string> TwiceAsync(RunningServer server, string path, string body)
    {
        foreach (var (list, one) in ((string, string)[])[("/api/prompts", """{"key":"guarded","messages":[{"role":"user","content":"Hi."}]}"""), ("/api/rules", """{"id":"guarded","name":"guarded","content":"x"}"""), ("/api/projects", """{"id":"guarded","name":"x"}""")]) await server.CurlAsync(list, one);
        using var first = await server.SendAsync(HttpMethod.Put, path, body.Replace("?", "one", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, path, body.Replace("?", "two", StringComparison.Ordinal))).StatusCode);
        return first.Headers.ETag!.Tag;
    }

    private async Task<HttpStatusCode> SavedAsync(string path, string? match, string? body = null)
    {
        body ??= $$"""{"messages":[{"role":"user","content":"{{Guid.NewGuid()}}"}]}""";
        using var response = await (match is null ? shared.Server.SendAsync(HttpMethod.Put, path, body) : shared.Server.SendAsync(HttpMethod.Put, path, body, ("If-Match", match)));
        return response.StatusCode;
    }
}
