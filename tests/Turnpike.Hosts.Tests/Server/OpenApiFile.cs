using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Architecture;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The OpenAPI file in the documents is the one that is served.</summary>
public sealed partial class OpenApiFile
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
    public async Task It_is_made_once_and_who_has_it_is_not_sent_it_again()
    {
        var made = 0;
        await using var server = new RunningServer(services => services.Configure<Microsoft.AspNetCore.OpenApi.OpenApiOptions>("v1", options => options.AddDocumentTransformer((_, _, _) =>
        {
            Interlocked.Increment(ref made);
            return Task.CompletedTask;
        })));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.SendAsync(HttpMethod.Get, "/openapi/v1.json")));
        Assert.Equal(1, made);
        var tag = Assert.Single(answers.Select(answer => answer.Headers.ETag?.ToString()).Distinct());
        Assert.All(answers, answer => Assert.Equal((200, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)));
        foreach (var known in (string[])[tag!, "\"other\", W/" + tag, "*"])
        {
            using var again = await server.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, ("If-None-Match", known));
            Assert.Equal((304, tag, 0), ((int)again.StatusCode, again.Headers.ETag?.ToString(), (await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length));
        }
        using var other = await server.SendAsync(HttpMethod.Get, "/openapi/v1.json", null, ("If-None-Match", "\"other\""));
        Assert.Equal(200, (int)other.StatusCode);
        Assert.Equal(1, made);
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
    public void Every_member_of_every_event_stands_in_the_table_of_events()
    {
        var lines = Repository.Read("docs", "api.md").ReplaceLineEndings("\n").Split('\n').SkipWhile(line => !line.StartsWith("| event |", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|')).ToList();
        using var file = JsonDocument.Parse(Repository.Read("docs", "openapi.json"));
        var schemas = file.RootElement.GetProperty("components").GetProperty("schemas");
        var kinds = schemas.GetProperty("TurnEvent").GetProperty("discriminator").GetProperty("mapping").EnumerateObject().Select(kind => (Type: kind.Name, Members: schemas.GetProperty(kind.Value.GetString()!.Split('/')[^1]).GetProperty("properties"))).ToList();
        Assert.Equal(typeof(TurnEvent).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(TurnEvent))), kinds.Count);
        Assert.Empty(kinds.SelectMany(kind => kind.Members.EnumerateObject().Skip(5).Where(member => !lines.Single(line => line.StartsWith($"| `{kind.Type}` |", StringComparison.Ordinal)).Contains($"`{member.Name}`", StringComparison.Ordinal)).Select(member => $"{kind.Type}.{member.Name}")));
    }

    [Fact]
    public void Its_words_are_those_of_the_wire()
    {
        using var file = JsonDocument.Parse(Repository.Read("docs", "openapi.json"));
        Assert.DoesNotContain(Descriptions(file.RootElement), text => Code().IsMatch(text));
    }

    private static IEnumerable<string> Descriptions(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.Object => at.EnumerateObject().SelectMany(member => member is { Name: "description", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : Descriptions(member.Value)),
        JsonValueKind.Array => at.EnumerateArray().SelectMany(Descriptions),
        _ => [],
    };

    [GeneratedRegex(@"&lt;|\w+\?? [A-Z]\w+\.[A-Z]|\b[A-Z]\w+\.[A-Z]\w+")]
    private static partial Regex Code();

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
