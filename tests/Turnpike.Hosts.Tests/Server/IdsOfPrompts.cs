using System.Net;
using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>A prompt is found by its key, its id and the ids that it had elsewhere: each of them stays its own.</summary>
public sealed class IdsOfPrompts : IAsyncLifetime
{
    private const string Theirs = """{"id":"pmpt_68abc","name":"City Guide","version":"3","instructions":"You guide people."}""";
    private readonly RunningServer _server = new();
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        using var made = await _server.CurlAsync("/api/prompts", Saying("One.", "guide"));
        _id = (await _server.JsonAsync(made)).GetProperty("id").GetString()!;
        await _server.CurlAsync("/api/prompts/import", Theirs);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_save_at_an_id_is_the_next_version_of_its_prompt()
    {
        using var read = await _server.SendAsync(HttpMethod.Get, "/api/prompts/" + _id);
        using var saved = await _server.SendAsync(HttpMethod.Put, "/api/prompts/" + _id, Saying("Two."), ("If-Match", read.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        var two = await _server.JsonAsync(saved);
        Assert.Equal(("guide", _id, 2), (Text(two, "key"), Text(two, "id"), two.GetProperty("version").GetInt32()));
        Assert.Equal(HttpStatusCode.OK, (await _server.SendAsync(HttpMethod.Put, "/api/prompts/" + _id, two.GetRawText())).StatusCode); // as it was read, with its key
        await _server.TurnAsync(new { prompt = _id });
        Assert.Equal(["user: Two."], _server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_save_at_the_id_that_a_prompt_had_elsewhere_is_its_next_version()
    {
        var two = await _server.JsonAsync(await _server.SendAsync(HttpMethod.Put, "/api/prompts/pmpt_68abc", Saying("Two.")));
        Assert.Equal(("city-guide", 2), (Text(two, "key"), two.GetProperty("version").GetInt32()));
        Assert.Equal("city-guide", Text(await _server.GetJsonAsync("/api/prompts/pmpt_68abc"), "key"));
    }

    [Fact]
    public async Task A_draft_at_an_id_is_the_draft_of_its_prompt()
    {
        var draft = await _server.JsonAsync(await _server.SendAsync(HttpMethod.Put, $"/api/prompts/{_id}/draft", Saying("Two.")));
        Assert.Equal(("guide", 1), (Text(draft, "key"), draft.GetProperty("basedOn").GetInt32()));
        Assert.Equal("guide", Text(await _server.GetJsonAsync("/api/prompts/guide/draft"), "key"));
        Assert.Equal("guide", Text(await _server.GetJsonAsync($"/api/prompts/{_id}/draft"), "key"));
        var published = await _server.JsonAsync(await _server.SendAsync(HttpMethod.Post, $"/api/prompts/{_id}/draft/publish", "{}", ("If-Match", "\"1\"")));
        Assert.Equal(("guide", 2), (Text(published, "key"), published.GetProperty("version").GetInt32()));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("pmpt_68abc")]
    [InlineData("pmpt_new")]
    public async Task A_new_key_that_is_an_id_or_looks_like_one_is_refused_and_the_id_keeps_its_prompt(string key)
    {
        key = key == "id" ? _id : key;
        foreach (var (method, path, body) in new[] { (HttpMethod.Post, "/api/prompts", Saying("Other.", key)), (HttpMethod.Post, "/api/prompts/guide/duplicate", $$"""{"key":"{{key}}"}"""), (HttpMethod.Post, "/v1/prompts", $$"""{"name":"{{key}}","prompt":"Other."}""") })
        {
            using var response = await _server.SendAsync(method, path, body);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
        var preview = await _server.JsonAsync(await _server.PostAsync("/api/turns/preview", new { prompt = _id }));
        Assert.Equal("One.", preview.GetProperty("request").GetProperty("messages")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("city-guide", Text(await _server.GetJsonAsync("/api/prompts/pmpt_68abc"), "key"));
        var skipped = (await _server.JsonAsync(await _server.CurlAsync("/api/prompts/import", Saying("Other.", key)))).GetProperty("items")[0];
        Assert.Equal("skipped", Text(skipped, "outcome"));
    }

    [Fact]
    public async Task A_prompt_that_was_put_away_keeps_its_id()
    {
        await _server.SendAsync(HttpMethod.Delete, "/api/prompts/" + _id);
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.SendAsync(HttpMethod.Put, "/api/prompts/" + _id, Saying("Other."))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.SendAsync(HttpMethod.Post, $"/api/prompts/{_id}/restore")).StatusCode);
        Assert.Equal("guide", Text(await _server.GetJsonAsync("/api/prompts/" + _id), "key"));
    }

    [Fact]
    public async Task A_prompt_that_is_imported_without_a_name_is_called_by_its_id_and_saved_under_it()
    {
        await _server.CurlAsync("/api/prompts/import", """{"id":"pmpt_nameless","instructions":"Be kind."}""");
        var saved = await _server.JsonAsync(await _server.SendAsync(HttpMethod.Put, "/api/prompts/pmpt_nameless", Saying("Two.")));
        Assert.Equal(("pmpt_nameless", 2), (Text(saved, "key"), saved.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task An_id_that_is_too_long_is_refused_by_name_and_an_import_gives_another_one()
    {
        var prompt = $$"""{"key":"long","id":"{{new string('x', 4000)}}","messages":[{"role":"user","content":"Hi"}]}""";
        var (status, code, _, body) = await _server.RefusedAsync(_server.CurlAsync("/api/prompts", prompt));
        Assert.Equal((400, "request_invalid", "id"), (status, code, body.GetProperty("field").GetString()));
        var line = (await _server.JsonAsync(await _server.CurlAsync("/api/prompts/import", prompt))).GetProperty("items")[0];
        Assert.Equal("changed", Text(line, "outcome"));
        Assert.Contains("new one", line.GetProperty("details")[0].GetString(), StringComparison.Ordinal);
        Assert.StartsWith("pmpt_", Text(await _server.GetJsonAsync("/api/prompts/long"), "id"), StringComparison.Ordinal);
    }

    private static string Saying(string text, string? key = null) => $$"""{{{(key is null ? "" : $"\"key\":\"{key}\",")}}"messages":[{"role":"user","content":"{{text}}"}]}""";

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
