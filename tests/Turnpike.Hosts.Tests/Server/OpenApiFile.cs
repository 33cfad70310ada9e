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
}
