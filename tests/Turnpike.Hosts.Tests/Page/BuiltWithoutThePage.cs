using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Server.Api;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>What a server shows that was built where there was no Node.</summary>
public sealed partial class BuiltWithoutThePage
{
    [Fact]
    public async Task It_says_what_to_do_and_three_requests_that_work()
    {
        using var reader = new StreamReader(typeof(HealthApi).Assembly.GetManifestResourceStream("Turnpike.Server.Page.missing.html")!);
        var page = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("built without its page", page, StringComparison.Ordinal);
        var requests = Request().Matches(page);
        Assert.Equal(["/api/turns", "/api/prompts", "/v1/chat/completions"], requests.Select(request => request.Groups[1].Value));
        await using var server = new RunningServer();
        foreach (Match request in requests)
        {
            using var answer = await server.CurlAsync(request.Groups[1].Value, WebUtility.HtmlDecode(request.Groups[2].Value));
            Assert.True(answer.IsSuccessStatusCode, $"{request.Groups[1].Value}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
        Assert.Equal("guide", (await server.GetJsonAsync("/api/prompts/guide")).GetProperty("key").GetString());
        foreach (Match link in Link().Matches(page)) Assert.NotEqual(JsonValueKind.Undefined, (await server.GetJsonAsync(link.Groups[1].Value)).ValueKind);
    }

    [GeneratedRegex(@"<pre>curl[^<]*?__ADDRESS__(\S+) \\\n  -d '([^']+)'</pre>")]
    private static partial Regex Request();

    [GeneratedRegex("href=\"(/[^\"]+)\"")]
    private static partial Regex Link();
}
