using System.Net.Http.Headers;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What says that it is of a type that there is not is refused by name at every door, and never an error of the server.</summary>
public sealed class OddMedia(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Resource = """{"content":"Hi","resources":[RESOURCE]}""";
    private const string Prompt = """{"content":"Hi","prompt":{"messages":[{"role":"user","content":[{"type":"media","url":"URL","contentType":"TYPE"}]}]}}""";
    private const string Template = """{"content":"Hi","prompt":{"messages":[{"role":"user","content":"See {{media url=photo}}"}]},"variables":{"photo":"URL"}}""";
    private const string Chat = """{"model":"test/model","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"URL"}}]},{"role":"assistant","content":"ok"},{"role":"user","content":"Hi"}]}""";

    [Theory]
    [InlineData("""{"kind":"file","data":"AAE=","mediaType":"png"}""")]
    [InlineData("""{"kind":"image","data":"AAE=","mediaType":"image/"}""")]
    [InlineData("""{"kind":"image","url":"https://example.org/a.png","mediaType":"a picture"}""")]
    [InlineData("""{"kind":"file","url":"data:nonsense"}""")]
    [InlineData("""{"kind":"image","url":"data:image/;base64,!!"}""")]
    public async Task Attached(string resource) => await RefusedAsync("/api/turns", Resource.Replace("RESOURCE", resource, StringComparison.Ordinal));

    [Theory]
    [InlineData("data:nonsense", "image/png")]
    [InlineData("data:image/png;base64,!!", "image/png")]
    [InlineData("data:image/png;base64,AAE=", "a picture")]
    [InlineData("https://example.org/a.png", "a picture")]
    public async Task In_a_prompt(string url, string type) => await RefusedAsync("/api/turns", Prompt.Replace("URL", url, StringComparison.Ordinal).Replace("TYPE", type, StringComparison.Ordinal));

    [Theory]
    [InlineData("data:nonsense")]
    [InlineData("data:image/png;base64,!!")]
    [InlineData("data:a picture;base64,AAE=")]
    public async Task In_a_template(string url) => await RefusedAsync("/api/turns", Template.Replace("URL", url, StringComparison.Ordinal));

    [Theory]
    [InlineData("data:nonsense")]
    [InlineData("data:image/png;base64,!!")]
    [InlineData("data:a picture;base64,AAE=")]
    [InlineData("no address")]
    public async Task In_a_history(string url) => await RefusedAsync("/v1/chat/completions", Chat.Replace("URL", url, StringComparison.Ordinal));

    [Fact]
    public async Task An_upload_of_such_a_type_is_sent_as_bytes_of_no_known_kind()
    {
        var server = shared.Server;
        var part = new ByteArrayContent([0, 1]);
        part.Headers.TryAddWithoutValidation("Content-Type", "nonsense");
        using var form = new MultipartFormDataContent { { part, "file", "a.bin" } };
        using var uploaded = await server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)uploaded.StatusCode);
        await server.TurnAsync(new { content = "Read", resources = new[] { new { kind = "file", file = (await server.JsonAsync(uploaded)).GetProperty("id").GetString() } } });
        Assert.Equal("application/octet-stream", Assert.IsType<Microsoft.Extensions.AI.DataContent>(server.Model.Last.Messages[0].Contents[1]).MediaType);
    }

    private async Task RefusedAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")) };
        using var response = await shared.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode is 400 or 422, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
    }
}
