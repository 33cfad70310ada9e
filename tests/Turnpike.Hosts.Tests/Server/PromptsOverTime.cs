using System.Net;
using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>History, comparison, archive, drafts, copies and uses of prompts through HTTP.</summary>
public sealed class PromptsOverTime
{
    private const string One = """{"key":"guide","title":"Guide","messages":[{"role":"system","content":"Be kind.\nBe brief.\nBe right."},{"role":"user","content":"{{city}}"}],"variables":[{"name":"city","type":"string"}]}""";
    private const string Two = """{"title":"Guide","messages":[{"role":"system","content":"Be kind.\nBe long.\nBe right."},{"role":"user","content":"{{city}}"}],"variables":[{"name":"city","type":"string","required":true}],"note":"longer","author":"ann"}""";

    private static async Task<RunningServer> WithTwoAsync()
    {
        var server = new RunningServer();
        Assert.Equal(HttpStatusCode.Created, (await server.CurlAsync("/api/prompts", One)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, "/api/prompts/guide", Two)).StatusCode);
        return server;
    }

    [Fact]
    public async Task The_history_is_listed_newest_first()
    {
        await using var server = await WithTwoAsync();
        var versions = (await server.GetJsonAsync("/api/prompts/guide/versions")).GetProperty("data");
        Assert.Equal([2, 1], versions.EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        Assert.Equal(("longer", "ann"), (versions[0].GetProperty("note").GetString(), versions[0].GetProperty("author").GetString()));
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/guid/versions"))).Status);
    }

    [Fact]
    public async Task Two_versions_differ_by_field_and_by_line()
    {
        await using var server = await WithTwoAsync();
        var changes = (await server.GetJsonAsync("/api/prompts/guide/versions/1/diff/latest")).GetProperty("changes");
        Assert.Equal(["messages[0].content", "variables.city.required"], changes.EnumerateArray().Select(change => change.GetProperty("path").GetString()));
        Assert.Equal(["same Be kind.", "removed Be brief.", "added Be long.", "same Be right."], changes[0].GetProperty("lines").EnumerateArray().Select(line => $"{line.GetProperty("kind").GetString()} {line.GetProperty("text").GetString()}"));
        Assert.Equal((false, true), (changes[1].GetProperty("before").GetBoolean(), changes[1].GetProperty("after").GetBoolean()));
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/guide/versions/1/diff/9"))).Status);
    }

    [Fact]
    public async Task An_archived_prompt_is_gone_and_comes_back()
    {
        await using var server = await WithTwoAsync();
        Assert.Equal(412, (await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, "/api/prompts/guide", null, ("If-Match", "\"1\"")))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(HttpMethod.Delete, "/api/prompts/guide", null, ("If-Match", "\"2\""))).StatusCode);
        Assert.Equal("prompt_not_found", (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/guide"))).Code);
        Assert.Equal("prompt_not_found", (await server.RefusedAsync(server.CurlAsync("/api/turns", """{"prompt":"guide@1","variables":{"city":"Rome"}}"""))).Code);
        Assert.Equal("guide", (await server.GetJsonAsync("/api/prompts?archived=true")).GetProperty("data")[0].GetProperty("key").GetString());
        using var back = await server.SendAsync(HttpMethod.Post, "/api/prompts/guide/restore");
        Assert.Equal(2, (await server.JsonAsync(back)).GetProperty("version").GetInt32());
        Assert.Equal(400, (await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, "/api/prompts/summarize"))).Status);
    }

    [Theory]
    [InlineData("\"guide@1\"", "Be brief.")]
    [InlineData("\"guide@production\"", "Be brief.")]
    [InlineData("""{"id":"guide","overlay":{"messages":[{"role":"system","content":"Be odd, {{city}}."}]}}""", "Be odd, Rome.")]
    public async Task What_ran_an_archived_prompt_is_done_again_with_it(string prompt, string told)
    {
        await using var server = await WithTwoAsync();
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/labels/production", """{"version":1}""");
        var first = await TurnAsync($$$"""{"prompt":{{{prompt}}},"content":"one","variables":{"city":"Rome"}}""");
        var (id, conversation) = (first.GetProperty("id").GetString(), first.GetProperty("conversation").GetString());
        await TurnAsync($$"""{"conversation":"{{conversation}}","prompt":{"messages":[{"role":"system","content":"Else."}]},"content":"two"}"""); // another prompt is the conversation's now
        await server.SendAsync(HttpMethod.Delete, "/api/prompts/guide");

        await TurnAsync($$"""{"conversation":"{{conversation}}","parent":"{{id}}","content":"three","variables":{"city":"Rome"} }""");
        Assert.Contains(told, server.Model.Last.Transcript[0], StringComparison.Ordinal);
        foreach (var (path, body, typed) in ((string, string, string)[])[($"{id}/regenerate", "{}", "one"), ($"{id}/edit", """{"content":"uno"}""", "uno")])
        {
            using var again = await server.CurlAsync("/api/turns/" + path, body);
            Assert.Equal((HttpStatusCode.OK, first.GetProperty("prompt").GetRawText()), (again.StatusCode, (await server.JsonAsync(again)).GetProperty("prompt").GetRawText()));
            Assert.Contains(told, server.Model.Last.Transcript[0], StringComparison.Ordinal);
            Assert.EndsWith(typed, server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        }

        async Task<JsonElement> TurnAsync(string body)
        {
            using var answer = await server.CurlAsync("/api/turns", body);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            return await server.JsonAsync(answer);
        }
    }

    [Fact]
    public async Task The_version_that_a_conversation_is_pinned_to_may_be_named_when_the_prompt_is_archived()
    {
        await using var server = await WithTwoAsync();
        var conversation = (await server.TurnAsync(new { prompt = "guide@1", content = "one", variables = new { city = "Rome" } })).GetProperty("conversation").GetString();
        await server.SendAsync(HttpMethod.Delete, "/api/prompts/guide");
        await server.TurnAsync(new { conversation, prompt = "guide@1", content = "two" });
        Assert.Contains("Be brief.", server.Model.Last.Transcript[0], StringComparison.Ordinal);
        foreach (var other in (object[])["guide@2", new { id = "guide", version = "1", overlay = new { title = "T" } }])
            Assert.Equal("prompt_not_found", (await server.RefusedAsync(server.PostAsync("/api/turns", new { conversation, prompt = other, content = "three" }))).Code);
    }

    [Fact]
    public async Task A_protected_label_is_moved_only_by_who_says_so()
    {
        await using var server = await WithTwoAsync();
        const string Label = "/api/prompts/guide/labels/production";
        await server.SendAsync(HttpMethod.Put, Label, """{"version":1,"protected":true}""");
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Put, Label, """{"version":2}"""));
        Assert.Equal((403, "forbidden"), (refused.Status, refused.Code));
        Assert.Equal(403, (await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, Label))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(HttpMethod.Put, Label, """{"version":2,"force":true}""")).StatusCode);
        var labels = (await server.GetJsonAsync("/api/prompts/guide/labels")).GetProperty("data")[0];
        Assert.Equal(("production", 2, true), (labels.GetProperty("label").GetString(), labels.GetProperty("version").GetInt32(), labels.GetProperty("protected").GetBoolean()));
        Assert.Equal(HttpStatusCode.NoContent, (await server.SendAsync(HttpMethod.Delete, Label + "?force=true")).StatusCode);
        Assert.Equal(412, (await server.RefusedAsync(server.SendAsync(HttpMethod.Put, Label, """{"version":2}""", ("If-Match", "\"1\"")))).Status);
    }

    [Fact]
    public async Task A_draft_stands_apart_until_it_is_published()
    {
        await using var server = await WithTwoAsync();
        using var saved = await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/draft", """{"messages":[{"role":"user","content":"{{#if"}]}""", ("If-Match", "\"0\""));
        Assert.Equal(("\"1\"", 2), (saved.Headers.ETag!.Tag, (await server.JsonAsync(saved)).GetProperty("basedOn").GetInt32()));
        Assert.Equal(2, (await server.GetJsonAsync("/api/prompts/guide")).GetProperty("version").GetInt32());
        Assert.Equal("template_invalid", (await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/prompts/guide/draft/publish"))).Code);
        Assert.Equal(412, (await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/guide/draft", Two, ("If-Match", "\"7\"")))).Status);
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/draft", """{"messages":[{"role":"user","content":"Three."}]}""");
        Assert.Equal(412, (await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/prompts/guide/draft/publish", null, ("If-Match", "\"1\"")))).Status);
        using var published = await server.SendAsync(HttpMethod.Post, "/api/prompts/guide/draft/publish", """{"note":"third"}""");
        var version = await server.JsonAsync(published);
        Assert.Equal((3, "third"), (version.GetProperty("version").GetInt32(), version.GetProperty("note").GetString()));
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/guide/draft"))).Status);
    }

    [Theory]
    [InlineData("title", 501)]
    [InlineData("description", 10_001)]
    [InlineData("author", 501)]
    [InlineData("note", 501)]
    [InlineData("id", 201)]
    [InlineData("importedFrom", 501)]
    public async Task A_draft_has_no_longer_texts_than_a_prompt(string member, int length)
    {
        await using var server = new RunningServer();
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Put, "/api/prompts/guide/draft"), (HttpMethod.Put, "/api/prompts/guide")])
        {
            var refused = await server.RefusedAsync(server.SendAsync(method, path, $$"""{"messages":[{"role":"user","content":"Hi"}],"{{member}}":"{{new string('x', length)}}"}"""));
            Assert.Equal((400, "request_invalid", member), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        }
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/guide/draft"))).Status);
        using var tags = await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/draft", $$"""{"messages":[],"tags":[{{string.Join(',', Enumerable.Repeat("\"t\"", 101))}}]}""");
        Assert.Equal(400, (int)tags.StatusCode);
        using var unsound = await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/draft", $$"""{"messages":[],"triggers":"no","title":"{{new string('x', 500)}}"}""");
        Assert.Equal(200, (int)unsound.StatusCode);
    }

    [Fact]
    public async Task A_draft_does_not_undo_a_save_in_between()
    {
        await using var server = await WithTwoAsync();
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/draft", """{"messages":[{"role":"user","content":"Mine."}]}""");
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide", """{"messages":[{"role":"user","content":"Theirs."}]}""");
        Assert.Equal("version_conflict", (await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/prompts/guide/draft/publish"))).Code);
        Assert.Equal("Mine.", (await server.GetJsonAsync("/api/prompts/guide/draft")).GetProperty("prompt").GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_copy_begins_its_own_history()
    {
        await using var server = await WithTwoAsync();
        using var copied = await server.CurlAsync("/api/prompts/guide/duplicate", """{"key":"towns/guide","version":"1"}""");
        var copy = await server.JsonAsync(copied);
        Assert.Equal((201, "towns/guide", 1, "A copy of guide@1"), ((int)copied.StatusCode, copy.GetProperty("key").GetString(), copy.GetProperty("version").GetInt32(), copy.GetProperty("note").GetString()));
        Assert.Equal(412, (await server.RefusedAsync(server.CurlAsync("/api/prompts/guide/duplicate", """{"key":"towns/guide"}"""))).Status);
        Assert.Equal(404, (await server.RefusedAsync(server.CurlAsync("/api/prompts/guid/duplicate", """{"key":"x"}"""))).Status);
    }

    [Fact]
    public async Task What_just_ran_becomes_a_version_and_turns_are_found_by_version()
    {
        await using var server = await WithTwoAsync();
        var stored = await server.TurnAsync(new { prompt = "guide@2", variables = new { city = "Rome" } });
        var changed = await server.TurnAsync(new { prompt = new { id = "guide", overlay = new { title = "Better" } }, variables = new { city = "Rome" } });
        var unsaved = await server.TurnAsync(new { prompt = new { messages = new[] { new { role = "user", content = "Never saved." } } } });

        using var kept = await server.PostAsync("/api/prompts/from-turn", new { turn = changed.GetProperty("id").GetString() });
        Assert.Equal((3, "Better"), ((await server.JsonAsync(kept)).GetProperty("version").GetInt32(), (await server.GetJsonAsync("/api/prompts/guide")).GetProperty("title").GetString()));
        using var fresh = await server.PostAsync("/api/prompts/from-turn", new { turn = unsaved.GetProperty("id").GetString(), key = "fresh" });
        Assert.Equal(unsaved.GetProperty("prompt").GetProperty("hash").GetString(), (await server.JsonAsync(fresh)).GetProperty("hash").GetString());
        Assert.Equal(404, (await server.RefusedAsync(server.PostAsync("/api/prompts/from-turn", new { turn = "turn_none" }))).Status);

        var turns = (await server.GetJsonAsync("/api/prompts/guide/turns?version=2")).GetProperty("data");
        Assert.Equal([stored.GetProperty("id").GetString(), changed.GetProperty("id").GetString()], turns.EnumerateArray().Select(turn => turn.GetProperty("turn").GetString()).OrderBy(id => id == stored.GetProperty("id").GetString() ? 0 : 1));
        Assert.NotEqual(turns[0].GetProperty("hash").GetString(), turns[1].GetProperty("hash").GetString());
    }

    [Fact]
    public async Task Four_doors_send_the_same_bytes()
    {
        await using var server = await WithTwoAsync();
        await server.SendAsync(HttpMethod.Put, "/api/prompts/guide/labels/production", """{"version":2}""");
        var prompt = await server.GetJsonAsync("/api/prompts/guide");
        object[] doors = ["guide", "guide@2", "guide@production", prompt.GetProperty("id").GetString()!, prompt, new { id = "guide", overlay = new { } }, new { id = "guide", version = "production", overlay = JsonSerializer.Deserialize<JsonElement>("{}") }];
        var sent = new List<string>();
        foreach (var door in doors)
        {
            using var preview = await server.PostAsync("/api/turns/preview", new { prompt = door, variables = new { city = "Rome" }, content = "Hi" });
            Assert.Equal(HttpStatusCode.OK, preview.StatusCode);
            sent.Add((await server.JsonAsync(preview)).GetProperty("request").GetRawText());
        }
        Assert.Single(sent.Distinct());
        Assert.Contains("Be long.", sent[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_of_a_prompt_describes_what_is_taken()
    {
        await using var server = new RunningServer();
        var schema = await server.GetJsonAsync("/api/schemas/prompt");
        var properties = schema.GetProperty("properties");
        Assert.True(properties.GetProperty("variables").GetRawText().Contains("\"maxLength\"", StringComparison.Ordinal));
        Assert.Equal(0, properties.GetProperty("parameters").GetProperty("properties").GetProperty("temperature").GetProperty("minimum").GetInt32());
        Assert.Contains("anyOf", properties.GetProperty("messages").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ran_and_what_is_copied_keep_their_partials_as_they_were()
    {
        await using var server = new RunningServer();
        static object Foot(string text) => new { key = "team/_foot", messages = new[] { new { role = "system", content = text } } };
        await server.PostAsync("/api/prompts", Foot("Old."));
        await server.PostAsync("/api/prompts", new { key = "team/p", messages = new[] { new { role = "system", content = "Hello {{> foot}}" } } });
        using (await server.SendAsync(HttpMethod.Put, "/api/prompts/team/_foot", System.Text.Json.JsonSerializer.Serialize(Foot("New.")))) { }
        var turn = (await server.TurnAsync(new { content = "Go", prompt = new { id = "team/p", overlay = new { parameters = new { temperature = 0.5 } } } })).GetProperty("id").GetString();
        var brought = (await server.TurnAsync(new { content = "Go", prompt = new { messages = new[] { new { role = "system", content = "Hello {{> foot}}" } }, partials = new[] { new { name = "foot", key = "_foot", hash = "", text = "Brought." } } } })).GetProperty("id").GetString();
        foreach (var (path, body, key, said) in ((string, object, string, string)[])[
            ("/api/prompts/from-turn", new { turn, key = "elsewhere" }, "elsewhere", "Old."), ("/api/prompts/from-turn", new { turn = brought, key = "brought" }, "brought", "Brought."),
            ("/api/prompts/team%2Fp/duplicate", new { key = "team/q" }, "team/q", "Old.")])
        {
            using var kept = await server.PostAsync(path, body);
            Assert.True(kept.IsSuccessStatusCode, await kept.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            await server.TurnAsync(new { content = "Go", prompt = key });
            Assert.Equal("system: Hello " + said, server.Model.Last.Transcript[0]);
        }
    }

    [Fact]
    public async Task Name_is_taken_for_title()
    {
        await using var server = new RunningServer();
        using var saved = await server.CurlAsync("/api/prompts", """{"key":"a","name":"My name","messages":[{"role":"user","content":"x"}]}""");
        Assert.Equal("My name", (await server.JsonAsync(saved)).GetProperty("title").GetString());
    }
}
