using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using Turnpike.Hosts.Tests.Compatible;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Bodies that are no such thing as they say, and answers that stay small whatever was sent.</summary>
public sealed class LargeAndWrongBodies
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<(int Status, string Text)> PostAsync(RunningServer server, string path, HttpContent content)
    {
        using var sent = content;
        using var response = await server.Client.PostAsync(path, sent, Stop);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"abc\"")]
    [InlineData("1e999")]
    [InlineData("\0\0")]
    [InlineData("[1,")]
    public async Task What_says_it_is_json_is_imported_only_if_it_is(string body)
    {
        await using var server = new RunningServer();
        var (status, text) = await PostAsync(server, "/api/prompts/import?key=odd", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.True(status == 400, text);
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, "/api/prompts/odd")).StatusCode);
        var (file, report) = await PostAsync(server, "/api/prompts/import?key=odd&format=dotprompt", new StringContent("Say hello.", Encoding.UTF8, "application/json"));
        Assert.True(file == 200, report);
    }

    [Theory]
    [InlineData("/api/turns", "gzip", null)]
    [InlineData("/v1/chat/completions", "br", null)]
    [InlineData("/mcp", "gzip", null)]
    [InlineData("/api/turns", null, "utf-16")]
    [InlineData("/api/prompts/import", null, "iso-8859-1")]
    public async Task A_body_that_is_compressed_or_no_utf8_is_told_so(string path, string? encoding, string? charset)
    {
        await using var server = new RunningServer();
        var bytes = Encoding.GetEncoding(charset ?? "utf-8").GetBytes("""{"content":"Hi"}""");
        if (encoding is not null)
        {
            using var packed = new MemoryStream();
            await using (var zip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) await zip.WriteAsync(bytes, Stop);
            bytes = packed.ToArray();
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(bytes) };
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", charset);
        if (encoding is not null) request.Content.Headers.ContentEncoding.Add(encoding);
        using var response = await server.Client.SendAsync(request, Stop);
        Assert.Equal(415, (int)response.StatusCode);
        Assert.Contains(encoding ?? charset!, await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task Of_a_hundred_thousand_faults_fifty_are_told_and_how_many_more_there_are()
    {
        await using var server = new RunningServer();
        var template = string.Concat(Enumerable.Range(0, 5000).Select(i => $"{{{{v{i}}}}} "));
        var (status, text) = await PostAsync(server, "/api/prompts", new StringContent($$"""{"key":"many","messages":[{"role":"user","content":"{{template}}"}]}"""));
        Assert.Equal(422, status);
        Assert.InRange(text.Length, 1000, 30_000);
        Assert.Contains("There are 4,950 more.", text, StringComparison.Ordinal);

        var values = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"w{i}\":1"));
        (status, text) = await PostAsync(server, "/api/turns", new StringContent($$"""{"prompt":{"messages":[{"role":"user","content":"Hi"}]},"variables":{ {{values}},"{{new string('n', 5000)}}":1} }"""));
        Assert.Equal(422, status);
        Assert.InRange(text.Length, 1000, 30_000);
        Assert.Contains("There are 99,951 more.", text, StringComparison.Ordinal);
        (status, text) = await PostAsync(server, "/api/turns", new StringContent($$"""{"prompt":{"messages":[{"role":"user","content":"Hi"}]},"variables":{"{{new string('n', 500_000)}}":1} }"""));
        Assert.Equal(422, status);
        Assert.InRange(text.Length, 100, 30_000);
        (status, text) = await PostAsync(server, "/api/turns", new StringContent($$"""{"prompt":"{{new string('k', 500_000)}}","content":"Hi"}"""));
        Assert.InRange(status, 400, 499);
        Assert.InRange(text.Length, 10, 30_000);
    }

    [Theory]
    [InlineData("title", 500)]
    [InlineData("author", 500)]
    [InlineData("note", 500)]
    [InlineData("description", 10_000)]
    [InlineData("tags", 100)]
    public async Task The_texts_about_a_prompt_have_a_length(string member, int most)
    {
        await using var server = new RunningServer();
        string Body(string key, int length) => $$"""{"key":"{{key}}","messages":[{"role":"user","content":"Hi"}],"{{member}}":{{(member == "tags" ? $"[\"{new string('x', length)}\"]" : $"\"{new string('x', length)}\"")}}}""";
        var taken = await server.SendAsync(HttpMethod.Post, "/api/prompts", Body("fits", most));
        Assert.Equal(201, (int)taken.StatusCode);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/prompts", Body("long", most + 1)));
        Assert.Equal((400, "request_invalid", member), (refused.Status, refused.Code, refused.Body.Text("field")));
        Assert.Contains($"{most:N0} are taken", refused.Detail, StringComparison.Ordinal);
        using var checkedNow = await server.SendAsync(HttpMethod.Post, "/api/prompts/validate", Body("long", most + 1));
        Assert.Contains("\"text_too_long\"", await checkedNow.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"key":"x","messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"string","maxLength":99999999999999}]}""")]
    [InlineData("""{"key":"x","messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"string","maxLength":1.5}]}""")]
    public async Task A_number_that_is_too_large_is_told_how_large_it_may_be(string body)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/prompts", body));
        Assert.Equal(400, refused.Status);
        Assert.Contains("\"variables[0].maxLength\" must be a whole number from -2147483648 to 2147483647.", refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maxOutputTokens", "99999999999999", "from 1 to 2147483647")]
    [InlineData("seed", "1e40", "from -9223372036854775808 to 9223372036854775807")]
    [InlineData("budget", "{\"calls\":99999999999999}", "up to 2147483647")]
    public async Task A_parameter_that_is_too_large_is_told_how_large_it_may_be(string name, string value, string range)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/turns", $$$"""{"content":"Hi","parameters":{"{{{name}}}":{{{value}}} } }"""));
        Assert.Equal((422, "parameter_invalid"), (refused.Status, refused.Code));
        Assert.Contains(range, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_files_in_one_upload_are_refused_by_the_openai_face_too()
    {
        await using var server = new RunningServer();
        var form = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent("one"u8.ToArray()), "file", "a.txt" }, { new ByteArrayContent("two"u8.ToArray()), "file", "b.txt" } };
        var (status, text) = await PostAsync(server, "/v1/files", form);
        Assert.Equal(400, status);
        Assert.Contains("several fields", text, StringComparison.Ordinal);
        Assert.Empty((await server.GetJsonAsync("/v1/files")).GetProperty("data").EnumerateArray());
    }
}
