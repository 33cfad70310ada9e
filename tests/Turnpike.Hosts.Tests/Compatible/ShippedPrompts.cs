using System.Text;
using System.Text.Json;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Prompts that ship with the product in the simple shape, pages of prompts, and small things of files and errors.</summary>
public sealed class ShippedPrompts
{
    [Fact]
    public async Task They_have_ids_that_find_them_and_stay_as_they_are()
    {
        await using var server = new RunningServer();
        var listed = (await server.GetJsonAsync("/v1/prompts")).GetProperty("data").EnumerateArray().ToArray();
        Assert.NotEmpty(listed);
        Assert.All(listed, prompt => Assert.Matches("^pmpt_[0-9a-f]{48}$", prompt.Text("prompt_id")));
        Assert.All(listed, prompt => Assert.True(prompt.GetProperty("created_at").GetInt64() > 0));
        var id = listed.Single(prompt => prompt.Text("name") == "translate").Text("id");
        Assert.Equal(("translate", id), ((await server.GetJsonAsync($"/v1/prompts/{id}")).Text("name"), (await server.GetJsonAsync("/v1/prompts/translate")).Text("id")));
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","prompt":{"id":"{{id}}","variables":{"language":"French"} },"input":"Hello"}""");
        Assert.Contains("French", string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);

        foreach (var (method, path, body) in ((HttpMethod, string, string?)[])[(HttpMethod.Delete, $"/v1/prompts/{id}", null), (HttpMethod.Put, "/v1/prompts/translate/set-default-version", """{"version":1}""")])
        {
            using var refused = await server.SendAsync(method, path, body);
            var error = await FaceCalls.ErrorAsync(refused);
            Assert.Equal((400, "id"), (error.Status, error.Param));
            Assert.Contains("ships with the product", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(id, (await server.GetJsonAsync("/v1/prompts/translate")).Text("id"));
        var langfuse = await server.GetJsonAsync("/api/public/v2/prompts?limit=100");
        Assert.All(langfuse.GetProperty("data").EnumerateArray(), prompt => Assert.Equal(JsonValueKind.String, prompt.GetProperty("lastUpdatedAt").ValueKind));
    }

    [Fact]
    public async Task A_page_goes_on_behind_an_id_a_key_or_the_cursor()
    {
        await using var server = new RunningServer();
        for (var i = 0; i < 3; i++) await server.AnswerAsync("/v1/prompts", $$"""{"name":"p{{i}}","prompt":"Hello."}""");
        var all = (await server.GetJsonAsync("/v1/prompts")).GetProperty("data").EnumerateArray().Select(prompt => prompt.Text("name")!).ToArray();
        foreach (var by in (string[])["id", "name", "next"])
        {
            var (seen, after) = (new List<string>(), (string?)null);
            while (true)
            {
                var page = await server.GetJsonAsync("/v1/prompts?limit=2" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)));
                var rows = page.GetProperty("data").EnumerateArray().ToArray();
                seen.AddRange(rows.Select(prompt => prompt.Text("name")!));
                if (!page.GetProperty("has_more").GetBoolean()) break;
                after = by == "next" ? page.Text("next") : rows[^1].Text(by);
            }
            Assert.Equal(all, seen);
        }
        using var unknown = await server.SendAsync(HttpMethod.Get, "/v1/prompts?after=none");
        Assert.Equal(400, (int)unknown.StatusCode);
    }

    [Theory]
    [InlineData("""{"name":"a/b c","prompt":"Hello."}""", "name")]
    [InlineData("""{"name":"p","prompt":"{{#if x}}"}""", "prompt")]
    public async Task An_error_names_the_field_of_this_face(string body, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync("/v1/prompts", body);
        Assert.Equal((400, param), (error.Status, error.Param));
    }

    [Fact]
    public async Task Files_are_listed_by_the_purpose_they_show_and_come_with_their_names()
    {
        await using var server = new RunningServer();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes("Hi")), "file", "Größe.txt" } };
        using var uploaded = await server.Client.PostAsync("/api/files", form, TestContext.Current.CancellationToken);
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var listed = (await server.GetJsonAsync("/v1/files?purpose=user_data")).GetProperty("data");
        Assert.Equal("user_data", Assert.Single(listed.EnumerateArray()).Text("purpose"));
        Assert.Empty((await server.GetJsonAsync("/v1/files?purpose=vision")).GetProperty("data").EnumerateArray());
        using var content = await server.SendAsync(HttpMethod.Get, $"/v1/files/{listed[0].Text("id")}/content");
        Assert.Equal("attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt", content.Content.Headers.GetValues("Content-Disposition").Single());
    }
}
