namespace Turnpike.Hosts.Tests.Tools;

/// <summary>A resource comes from the server that linked it, and no server that is not trusted answers in place of one that is.</summary>
public sealed class ResourcesOfToolServers
{
    [Theory]
    [InlineData("linking/doc://x/1", "of linking")]
    [InlineData("LINKING/doc://x/1", "of linking")]
    [InlineData("doc://x/1", "of sound")]
    [InlineData("aaa/doc://x/1", "of aaa")]
    public async Task Are_read_where_they_are(string named, string text)
    {
        await using RoughToolServer first = Having("of aaa"), second = Having("of linking"), third = Having("of sound");
        await using var server = await RoughTools.WithAsync(new { name = "aaa", transport = "http", url = first.Url });
        foreach (var entry in (object[])[new { name = "linking", transport = "http", url = second.Url }, new { name = "sound", transport = "http", url = third.Url, trusted = true }])
            using (var added = await server.PostAsync("/api/tools/servers", entry)) Assert.Equal(201, (int)added.StatusCode);

        await server.TurnAsync(new { content = $"@.resource.add \"mcp:{named}\"; Read it." });
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains(text, StringComparison.Ordinal));
        await server.TurnAsync(new { content = "Read it.", resources = new[] { new { kind = "mcp", url = named } } });
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains(text, StringComparison.Ordinal));
        Assert.Equal(2, (first, second, third) switch { var (a, b, c) => new[] { a, b, c }.Sum(one => one.Messages.Count(message => (string?)message["method"] == "resources/read")) });
    }

    private static RoughToolServer Having(string text) => new("[]") { Read = (exchange, asked) => RoughToolServer.ResultAsync(exchange, asked, $$$"""{"contents":[{"uri":"{{{(string)asked["params"]!["uri"]!}}}","text":"{{{text}}}"}]}""") };
}
