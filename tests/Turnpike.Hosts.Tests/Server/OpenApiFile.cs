using System.Text.Json;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The OpenAPI file in the documents is the one that is served.</summary>
public sealed class OpenApiFile
{
    [Fact]
    public async Task The_openapi_file_is_current()
    {
        await using var server = new RunningServer();
        var served = (await server.Client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken)).ReplaceLineEndings("\n") + "\n";
        var path = Repository.PathOf("docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") await File.WriteAllTextAsync(path, served, TestContext.Current.CancellationToken);
        Assert.True(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) == served, "docs/openapi.json is not what /openapi/v1.json serves. Run this test once with TURNPIKE_APPROVE=1.");
    }

    [Fact]
    public void Every_route_of_the_file_is_told_of_in_the_documents()
    {
        var told = Repository.Read("docs", "api.md");
        using var file = JsonDocument.Parse(Repository.Read("docs", "openapi.json"));
        var routes = file.RootElement.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(verb => $"`{verb.Name.ToUpperInvariant()} {path.Name}`"));
        Assert.Equal([], routes.Where(route => !told.Contains(route, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_file_can_make_a_client()
    {
        using var file = JsonDocument.Parse(Repository.Read("docs", "openapi.json"));
        var root = file.RootElement;
        Assert.Equal(["apiKey", "bearer"], root.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name).Order());
        Assert.Equal(["bearer", "apiKey"], root.GetProperty("security").EnumerateArray().Select(one => one.EnumerateObject().Single().Name));
        var paths = root.GetProperty("paths");
        Assert.Equal(0, paths.GetProperty("/health/live").GetProperty("get").GetProperty("security").GetArrayLength());
        Assert.False(paths.GetProperty("/api/turns").GetProperty("post").TryGetProperty("security", out _));
        Assert.Equal("binary", paths.GetProperty("/api/files").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").GetProperty("file").GetProperty("format").GetString());
        Assert.Equal("binary", paths.GetProperty("/api/files/{id}/content").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("*/*").GetProperty("schema").GetProperty("format").GetString());
        Assert.True(paths.GetProperty("/api/prompts/import").GetProperty("post").GetProperty("requestBody").GetProperty("content").TryGetProperty("text/x-dotprompt", out _));
        foreach (var page in root.GetProperty("components").GetProperty("schemas").EnumerateObject().Where(schema => schema.Name.StartsWith("PageOf", StringComparison.Ordinal)))
            Assert.Equal(["data"], page.Value.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }
}
