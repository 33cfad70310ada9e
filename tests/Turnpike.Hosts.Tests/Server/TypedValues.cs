using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Every type of a variable takes what fits and refuses what does not, through HTTP.</summary>
public sealed class TypedValues
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];

    [Theory]
    [InlineData("""{"type":"string","maxLength":3}""", "\"abc\"", "abc")]
    [InlineData("""{"type":"string","pattern":"[a-c]+"}""", "\"abc\"", "abc")]
    [InlineData("""{"type":"text"}""", "\"a\\nb\"", "a\nb")]
    [InlineData("""{"type":"number","min":1,"step":0.5}""", "\"1.5\"", "1.5")]
    [InlineData("""{"type":"integer","max":5}""", "5.0", "5")]
    [InlineData("""{"type":"boolean"}""", "\"Yes\"", "true")]
    [InlineData("""{"type":"enum","options":["warm","brief"]}""", "\"BRIEF\"", "brief")]
    [InlineData("""{"type":"enum","options":["warm"],"allowOther":true}""", "\"cold\"", "cold")]
    [InlineData("""{"type":"list","itemType":"integer"}""", "\"1, 2\"", "1,2")]
    [InlineData("""{"type":"object","schema":{"type":"object","required":["a"]}}""", """{"a":1}""", """{"a":1}""")]
    [InlineData("""{"type":"date","min":"2026-01-01"}""", "\"2026-11-21\"", "2026-11-21")]
    [InlineData("""{"type":"any"}""", "7", "7")]
    public async Task A_value_that_fits_is_sent(string type, string value, string sent)
    {
        await using var server = new RunningServer();
        var variable = System.Text.Json.Nodes.JsonNode.Parse(type)!.AsObject();
        variable["name"] = "x";
        var template = (string?)variable["type"] is "list" ? "{{#each x}}{{this}}{{#unless @last}},{{/unless}}{{/each}}" : (string?)variable["type"] is "object" ? "{{json x}}" : "{{x}}";
        using var response = await server.CurlAsync("/api/turns", Body(template, variable.ToJsonString(), value));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["user: " + sent], server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("""{"type":"string","maxLength":3}""", "\"abcd\"", "a text of at most 3 characters")]
    [InlineData("""{"type":"text","pattern":"[a-c]+"}""", "\"abd\"", "matches the pattern")]
    [InlineData("""{"type":"number","min":1}""", "\"many\"", "a number of at least 1")]
    [InlineData("""{"type":"integer"}""", "1.5", "a whole number")]
    [InlineData("""{"type":"boolean"}""", "\"perhaps\"", "true or false")]
    [InlineData("""{"type":"enum","options":["warm","brief"]}""", "\"cold\"", "one of \"warm\", \"brief\"")]
    [InlineData("""{"type":"list","itemType":"integer"}""", "[1,\"b\"]", "a whole number")]
    [InlineData("""{"type":"object","schema":{"type":"object","required":["a"]}}""", "{}", "\"a\"")]
    [InlineData("""{"type":"date"}""", "\"tomorrow\"", "yyyy-MM-dd")]
    [InlineData("""{"type":"string"}""", "{\"a\":1}", "a text")]
    [InlineData("""{"type":"any","schema":{"type":"integer"}}""", "\"many\"", "does not fit its schema")]
    [InlineData("""{"type":"image"}""", "\"data:text/plain;base64,QQ==\"", "an image")]
    [InlineData("""{"type":"image"}""", "7", "an image")]
    [InlineData("""{"type":"file"}""", "[]", "a file")]
    [InlineData("""{"type":"image"}""", "\"ftp://x/y.png\"", "an image")]
    [InlineData("""{"type":"file"}""", "\"C:\\\\x.pdf\"", "a file")]
    [InlineData("""{"type":"messages"}""", "[{\"role\":\"tool\",\"content\":\"x\"}]", "a list of messages")]
    public async Task A_value_that_does_not_fit_is_refused_with_what_is_expected(string type, string value, string expected)
    {
        await using var server = new RunningServer();
        var variable = System.Text.Json.Nodes.JsonNode.Parse(type)!.AsObject();
        variable["name"] = "x";
        var refused = await server.RefusedAsync(server.CurlAsync("/api/turns", Body("{{x}}", variable.ToJsonString(), value)));
        Assert.Equal("variable_invalid", refused.Code);
        Assert.StartsWith("\"x\" ", refused.Detail, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Detail, StringComparison.Ordinal);
        Assert.Equal("x", refused.Body.GetProperty("variables")[0].GetProperty("name").GetString());
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task An_image_is_an_upload_an_address_or_a_data_url()
    {
        await using var server = new RunningServer();
        var upload = await UploadAsync(server, Png, "map.png", "image/png");
        foreach (var (value, sent) in new[] { (upload, "[image/png]"), ("https://example.org/a.png", "[https://example.org/a.png]"), ("data:image/png;base64," + Convert.ToBase64String(Png), "[image/png]") })
        {
            await server.TurnAsync(new { prompt = Prompt("image"), variables = new { x = value } });
            Assert.Equal([$"user: See  {sent}  now"], server.Model.Last.Transcript);
        }
        await server.TurnAsync(new { prompt = Prompt("image"), variables = new { x = upload } });
        Assert.Equal(Convert.ToBase64String(Png), Convert.ToBase64String(server.Model.Last.Messages[0].Contents.OfType<DataContent>().Single().Data.Span));
    }

    [Fact]
    public async Task A_file_of_text_is_text_where_the_template_wants_it()
    {
        await using var server = new RunningServer();
        var upload = await UploadAsync(server, "# Plan {{x}}"u8.ToArray(), "plan.md", null);
        foreach (var value in (string[])[upload, "data:text/markdown;base64," + Convert.ToBase64String("# Plan {{x}}"u8)])
        {
            await server.TurnAsync(new { prompt = Prompt("file"), variables = new { x = value } });
            Assert.Equal(["user: See # Plan {{x}} now"], server.Model.Last.Transcript);
        }
    }

    [Fact]
    public async Task A_prompt_sends_an_uploaded_file_of_its_own_and_one_that_is_gone_is_named()
    {
        await using var server = new RunningServer();
        var upload = await UploadAsync(server, Png, "map.png", "image/png");
        var prompt = new { messages = new[] { new { role = "user", content = new[] { new { type = "media", file = upload } } } } };
        var turn = await server.TurnAsync(new { prompt, content = "What?" });
        Assert.IsType<DataContent>(server.Model.Last.Messages[0].Contents[0]);
        await server.SendAsync(HttpMethod.Delete, "/api/files/" + upload);
        await server.TurnAsync(new { conversation = turn.GetProperty("conversation").GetString(), content = "And?" });
        Assert.IsType<DataContent>(server.Model.Last.Messages[0].Contents[0]);
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { prompt = Prompt("image"), variables = new { x = upload } }));
        Assert.Equal("resource_not_found", refused.Code);
        Assert.Contains(upload, refused.Detail, StringComparison.Ordinal);
    }

    private static string Body(string template, string variable, string value) =>
        $$$"""{"prompt":{"messages":[{"role":"user","content":{{{JsonSerializer.Serialize(template)}}} }],"variables":[{{{variable}}}]},"variables":{"x":{{{value}}} } }""";

    private static object Prompt(string type) => new { messages = new[] { new { role = "user", content = "See {{x}} now" } }, variables = new[] { new { name = "x", type } } };

    private static async Task<string> UploadAsync(RunningServer server, byte[] bytes, string name, string? type)
    {
        var part = new ByteArrayContent(bytes);
        if (type is not null) part.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await server.Client.PostAsync("/api/files", new MultipartFormDataContent { { part, "file", name } }, TestContext.Current.CancellationToken);
        return (await server.JsonAsync(response)).GetProperty("id").GetString()!;
    }
}
