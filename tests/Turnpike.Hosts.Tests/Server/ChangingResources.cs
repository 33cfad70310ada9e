using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What the provider is sent after each change of a conversation's resource.</summary>
public sealed class ChangingResources : IAsyncDisposable
{
    private const string Png = "iVBORw0KGgo=";
    private const string Markdown = "| a | b |\n| --- | --- |\n| 1 | 2 |";

    private readonly RawServer _provider = RawServer.Streaming("data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n").Unlisted();
    private readonly RunningServer _server;

    public ChangingResources() => _server = new(null, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", _provider.Url + "v1"), ("Turnpike:Providers:0:key", "k"), ("Turnpike:Web:Allow:0", "127.0.0.1"));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Its_title_is_taken_away_by_null()
    {
        var id = await StartAsync(new { id = "res_1", kind = "note", title = "Mine", text = "x", policy = "sticky" });
        await PatchAsync(id, new { policy = "sticky" });
        Assert.Contains("title=\"Mine\"", (string)(await SentAsync(id))!["text"]!, StringComparison.Ordinal);
        await PatchAsync(id, new { title = (string?)null });
        Assert.DoesNotContain("title=", (string)(await SentAsync(id))!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tables_format()
    {
        var id = await StartAsync(new { id = "res_1", kind = "table", text = "a,b\n1,2", policy = "sticky" });
        Assert.Equal(Markdown, Inner(await SentAsync(id)));
        await PatchAsync(id, new { format = "csv" });
        Assert.Equal("a,b\n1,2", Inner(await SentAsync(id)));
        await PatchAsync(id, new { format = "markdown" });
        Assert.Equal(Markdown, Inner(await SentAsync(id)));
    }

    [Fact]
    public async Task The_format_of_a_long_table_that_is_a_file()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 400).Select(row => $"number {row},value {row}"));
        var id = await StartAsync(new { id = "res_1", kind = "table", title = "t", file = await UploadAsync("t.csv", rows), policy = "sticky" });
        Assert.StartsWith("| number 0 | value 0 |", Inner(await SentAsync(id)), StringComparison.Ordinal);
        await PatchAsync(id, new { format = "csv" });
        Assert.Equal(rows, Inner(await SentAsync(id)));
    }

    [Fact]
    public async Task The_format_of_a_long_table_whose_source_is_not_kept_takes_its_text_again()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 400).Select(row => $"number {row},value {row}"));
        var id = await StartAsync(new { id = "res_1", kind = "table", title = "t", text = rows, policy = "sticky" });
        var refused = await RefusedAsync(id, new { format = "csv" });
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        Assert.Contains("Send its content along", refused.Detail, StringComparison.Ordinal);
        Assert.StartsWith("| number 0 | value 0 |", Inner(await SentAsync(id)), StringComparison.Ordinal);
        await PatchAsync(id, new { format = "csv", text = rows });
        Assert.Equal(rows, Inner(await SentAsync(id)));
    }

    [Fact]
    public async Task A_format_that_needs_a_page_that_is_gone_changes_nothing()
    {
        await using var web = await FakeServer.StartAsync(context => context.Response.WriteAsync("a,b\n1,2"), context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        var id = await StartAsync(new { id = "res_1", kind = "table", url = web.Address, policy = "sticky" });
        Assert.Equal(Markdown, Inner(await SentAsync(id)));
        Assert.Equal(422, (await RefusedAsync(id, new { format = "csv" })).Status);
        Assert.Equal(Markdown, Inner(await SentAsync(id)));
    }

    [Fact]
    public async Task An_images_type()
    {
        var id = await StartAsync(new { id = "res_1", kind = "image", data = Png, mediaType = "image/png", detail = "high", policy = "sticky" });
        await PatchAsync(id, new { mediaType = "image/webp" });
        AssertJson($$$"""{"type":"image_url","image_url":{"url":"data:image/webp;base64,{{{Png}}}","detail":"high"}}""", await SentAsync(id));
        Assert.Equal(400, (await RefusedAsync(id, new { mediaType = "text/plain" })).Status);
    }

    [Fact]
    public async Task An_images_address_leaves_how_closely_it_is_looked_at()
    {
        var id = await StartAsync(new { id = "res_1", kind = "image", url = "https://example.org/a.png", detail = "low", policy = "sticky" });
        await PatchAsync(id, new { url = "https://example.org/b.png" });
        AssertJson("""{"type":"image_url","image_url":{"url":"https://example.org/b.png","detail":"low"}}""", await SentAsync(id));
    }

    [Fact]
    public async Task Another_file_has_its_own_type()
    {
        var id = await StartAsync(new { id = "res_1", kind = "image", data = Png, mediaType = "image/png", policy = "sticky" });
        await PatchAsync(id, new { url = "data:image/webp;base64,aGk=" });
        AssertJson("""{"type":"image_url","image_url":{"url":"data:image/webp;base64,aGk="}}""", await SentAsync(id));
        await PatchAsync(id, new { file = await UploadAsync("p.gif", "GIF89a", "image/gif") });
        AssertJson("""{"type":"image_url","image_url":{"url":"data:image/gif;base64,R0lGODlh"}}""", await SentAsync(id));
    }

    [Theory]
    [InlineData("""{"format":"xyz"}""", "format")]
    [InlineData("""{"mediaType":"picture"}""", "mediaType")]
    [InlineData("""{"title":"long"}""", "title")]
    public async Task What_a_resource_cannot_be_is_refused_without_new_content_too(string change, string named)
    {
        var id = await StartAsync(new { id = "res_1", kind = "table", text = "a,b\n1,2", policy = "sticky" });
        var refused = await _server.RefusedAsync(_server.SendAsync(HttpMethod.Patch, $"/api/conversations/{id}/resources/res_1", change.Replace("long", new string('l', 501), StringComparison.Ordinal)));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        Assert.Contains(named, refused.Detail, StringComparison.Ordinal);
        Assert.Equal(Markdown, Inner(await SentAsync(id)));
    }

    [Fact]
    public async Task A_conversation_starts_with_no_more_than_a_turn_takes_and_its_own_take_the_place_of_the_prompts_with_their_id()
    {
        object[] many = [.. Enumerable.Range(0, 32).Select(number => new { id = $"res_{number}", kind = "note", text = $"n{number}", policy = "sticky" })];
        var refused = await _server.RefusedAsync(_server.PostAsync("/api/conversations", new { resources = many.Append(new { kind = "note", text = "one too many" }) }));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        Assert.Contains("32 resources", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(400, (await _server.RefusedAsync(_server.PostAsync("/api/conversations", new { prompt = Bringing("res_p"), resources = many }))).Status);
        using var response = await _server.PostAsync("/api/conversations", new { model = "fake/m", prompt = Bringing("res_0"), resources = many });
        var id = (await _server.JsonAsync(response)).GetProperty("id").GetString()!;
        Assert.Equal(32, (await _server.GetJsonAsync($"/api/conversations/{id}/resources")).GetProperty("data").GetArrayLength());
        await SentAsync(id);
        var sent = string.Concat(JsonNode.Parse(_provider.Requests.Last().Body)!["messages"]!.AsArray()[^1]!["content"]!.AsArray().Select(part => (string)part!["text"]!));
        Assert.Contains("<resource kind=\"note\" id=\"res_0\">\nn0\n</resource>", sent, StringComparison.Ordinal);
        Assert.DoesNotContain("\nP\n", sent, StringComparison.Ordinal);

        static object Bringing(string resource) => new { messages = new[] { new { role = "system", content = "S" } }, resources = new[] { new { id = resource, kind = "note", text = "P", policy = "sticky" } } };
    }

    private async Task<string> StartAsync(params object[] resources)
    {
        using var response = await _server.PostAsync("/api/conversations", new { model = "fake/m", resources });
        var answer = await _server.JsonAsync(response);
        Assert.True(response.IsSuccessStatusCode, answer.GetRawText());
        return answer.GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> SendAsync(string conversation, object change) => _server.SendAsync(HttpMethod.Patch, $"/api/conversations/{conversation}/resources/res_1", JsonSerializer.Serialize(change));

    private async Task PatchAsync(string conversation, object change)
    {
        using var response = await SendAsync(conversation, change);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private Task<(int Status, string? Code, string? Detail, JsonElement Body)> RefusedAsync(string conversation, object change) => _server.RefusedAsync(SendAsync(conversation, change));

    /// <summary>Runs a turn; the part of its message that is the resource.</summary>
    private async Task<JsonNode?> SentAsync(string conversation)
    {
        await _server.TurnAsync(new { conversation, content = "go" });
        return JsonNode.Parse(_provider.Requests.Last().Body)!["messages"]!.AsArray().Last()!["content"]![1];
    }

    private static string Inner(JsonNode? part) => string.Join('\n', ((string)part!["text"]!).Split('\n')[2..^2]);

    private static void AssertJson(string expected, JsonNode? actual) => Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), actual!.ToJsonString());

    private async Task<string> UploadAsync(string name, string text, string type = "text/csv")
    {
        using var form = new MultipartFormDataContent { { new StringContent(text, System.Text.Encoding.ASCII, type), "file", name } };
        using var response = await _server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken);
        return (await _server.JsonAsync(response)).GetProperty("id").GetString()!;
    }
}
