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

    private async Task<HttpStatusCode> SavedAsync(string path, string? match, string? body = null)
    {
        body ??= $$"""{"messages":[{"role":"user","content":"{{Guid.NewGuid()}}"}]}""";
        using var response = await (match is null ? shared.Server.SendAsync(HttpMethod.Put, path, body) : shared.Server.SendAsync(HttpMethod.Put, path, body, ("If-Match", match)));
        return response.StatusCode;
    }
}
