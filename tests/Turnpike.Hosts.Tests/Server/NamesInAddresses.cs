using System.Net;
using System.Text.Json;
using Turnpike.Hosts.Tests.Cli;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What has a name is found at its address, whatever the name holds; what could not be found there is not kept.</summary>
public sealed class NamesInAddresses(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Theory]
    [InlineData("/api/rules", "id", """{"id":?,"name":?,"content":"x"}""")]
    [InlineData("/api/tags", "name", """{"name":?}""")]
    [InlineData("/api/projects", "id", """{"id":?,"name":"P"}""")]
    public async Task A_name_with_a_slash_a_space_a_percent_sign_or_an_accent_is_read_changed_and_deleted_at_its_location(string path, string member, string body)
    {
        foreach (var name in (string[])["legal/eu", "two words", "50%", "café", "a/b c%é/d", "a%2Fb", "x/50%2fy%", "%252F/z"])
        {
            using var made = await Server.CurlAsync(path, body.Replace("?", JsonSerializer.Serialize(name), StringComparison.Ordinal));
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            var location = made.Headers.Location!.OriginalString;
            Assert.Equal(name, (await Server.GetJsonAsync(location)).GetProperty(member).GetString());
            Assert.Equal(HttpStatusCode.OK, (await Server.SendAsync(HttpMethod.Put, location, body.Replace("?", JsonSerializer.Serialize(name), StringComparison.Ordinal))).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await Server.SendAsync(HttpMethod.Delete, location)).StatusCode);
            Assert.False((await Server.SendAsync(HttpMethod.Get, location)).IsSuccessStatusCode);
        }
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a/versions")]
    [InlineData("a/draft")]
    [InlineData("x/export")]
    [InlineData("größe/v2")]
    public async Task A_prompts_location_is_its_own_also_when_its_key_ends_like_another_resource(string key)
    {
        using var made = await Server.PostAsync("/api/prompts", new { key, messages = new[] { new { role = "user", content = "Hi." } } });
        var location = made.Headers.Location!.OriginalString;
        Assert.Equal(key, (await Server.GetJsonAsync(location)).GetProperty("key").GetString());
        Assert.Equal(HttpStatusCode.OK, (await Server.SendAsync(HttpMethod.Put, location + "/labels/eu%2Flive%20now", """{"version":1}""")).StatusCode);
        Assert.Equal("eu/live now", (await Server.GetJsonAsync(location + "/labels")).GetProperty("data")[0].GetProperty("label").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await Server.SendAsync(HttpMethod.Delete, location + "/labels/eu%2Flive%20now")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await Server.SendAsync(HttpMethod.Delete, location)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Server.SendAsync(HttpMethod.Get, location)).StatusCode);
    }

    [Fact]
    public async Task A_users_variables_and_membership_are_found_by_the_whole_name()
    {
        await Server.SendAsync(HttpMethod.Patch, "/api/variables/user:a%2Fb", """{"city":"Rome"}""");
        Assert.Equal("Rome", (await Server.GetJsonAsync("/api/variables/user:a%2Fb")).GetProperty("city").GetString());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/turns/preview") { Content = new StringContent("""{"prompt":{"messages":[{"role":"user","content":"In {{city}}."}],"variables":[{"name":"city"}]}}""") };
        request.Headers.Add("Turnpike-User", "a/b");
        using var preview = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains("In Rome.", await preview.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await Server.CurlAsync("/api/projects", """{"id":"eu/legal","name":"P"}""");
        await Server.SendAsync(HttpMethod.Put, "/api/projects/eu%2Flegal/members/a%2Fb", """{"role":"owner"}""");
        Assert.Equal("a/b", (await Server.GetJsonAsync("/api/projects/eu%2Flegal/members")).GetProperty("data")[0].GetProperty("user").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await Server.SendAsync(HttpMethod.Delete, "/api/projects/eu%2Flegal/members/a%2Fb")).StatusCode);
    }

    [Theory]
    [InlineData("/api/prompts", "key", """{"key":?,"messages":[{"role":"user","content":"x"}]}""")]
    [InlineData("/api/rules", "id", """{"id":?,"name":"n","content":"x"}""")]
    [InlineData("/api/projects", "id", """{"id":?,"name":"n"}""")]
    [InlineData("/api/tags", "name", """{"name":?}""")]
    public async Task A_name_that_no_address_can_hold_is_refused(string path, string member, string body)
    {
        foreach (var name in (string[])[".", "..", "a/../b", "x/./y", "a//b", "../x", "nl\n", " ", " x", new string('a', 300)])
        {
            var refused = await Server.RefusedAsync(Server.CurlAsync(path, body.Replace("?", JsonSerializer.Serialize(name), StringComparison.Ordinal)));
            Assert.Equal((400, "request_invalid", member), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        }
    }

    [Theory]
    [InlineData("/api/conversations/*/resources", "id", "?")]
    [InlineData("/api/conversations", "resources[0].id", "{\"resources\":[?]}")]
    [InlineData("/api/turns", "resources[0].id", "{\"content\":\"Hi\",\"resources\":[?]}")]
    [InlineData("/api/turns/preview", "resources[0].id", "{\"content\":\"Hi\",\"resources\":[?]}")]
    public async Task A_resource_has_an_id_that_an_address_can_hold(string path, string field, string body)
    {
        var conversation = (await Server.JsonAsync(await Server.CurlAsync("/api/conversations", "{}"))).GetProperty("id").GetString();
        foreach (var id in (string[])[".", "..", "a/../b", "a//b", "nul\0", "nl\n", " ", "", new string('a', 300)])
        {
            var resource = JsonSerializer.Serialize(new { id, kind = "note", text = "x" });
            var refused = await Server.RefusedAsync(Server.CurlAsync(path.Replace("*", conversation, StringComparison.Ordinal), body.Replace("?", resource, StringComparison.Ordinal)));
            Assert.Equal((400, "request_invalid", field), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        }
        Assert.Empty((await Server.GetJsonAsync($"/api/conversations/{conversation}/resources")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task An_imported_resource_has_an_id_that_an_address_can_hold()
    {
        var conversation = (await Server.JsonAsync(await Server.CurlAsync("/api/conversations", "{\"resources\":[{\"id\":\"theirs\",\"kind\":\"note\",\"text\":\"x\"}]}"))).GetProperty("id").GetString();
        var export = (await Server.GetJsonAsync($"/api/conversations/{conversation}/export")).GetRawText().Replace("\"theirs\"", "\"..\"", StringComparison.Ordinal);
        await Server.SendAsync(HttpMethod.Delete, $"/api/conversations/{conversation}");
        var refused = await Server.RefusedAsync(Server.CurlAsync("/api/conversations/import", export));
        Assert.Equal((400, "conversation.resources[0].id"), (refused.Status, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_resource_is_read_changed_and_deleted_at_its_location()
    {
        var conversation = (await Server.JsonAsync(await Server.CurlAsync("/api/conversations", "{}"))).GetProperty("id").GetString();
        foreach (var id in (string[])["é", "日本", "a/b", "?x", "50%", "two words", "#1"])
        {
            using var made = await Server.CurlAsync($"/api/conversations/{conversation}/resources", JsonSerializer.Serialize(new { id, kind = "note", text = "x" }));
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
            var location = made.Headers.Location!.OriginalString;
            Assert.Equal(id, (await Server.GetJsonAsync(location)).GetProperty("id").GetString());
            Assert.Equal(HttpStatusCode.OK, (await Server.SendAsync(HttpMethod.Patch, location, "{\"title\":\"T\"}")).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await Server.SendAsync(HttpMethod.Delete, location)).StatusCode);
        }
    }

    [Fact]
    public async Task Nothing_is_changed_or_deleted_by_an_address_from_which_a_client_took_the_last_step()
    {
        var conversation = (await Server.JsonAsync(await Server.CurlAsync("/api/conversations", "{}"))).GetProperty("id").GetString();
        await Server.CurlAsync("/api/projects", "{\"id\":\"stays\",\"name\":\"P\"}");
        foreach (var path in (string[])[$"/api/conversations/{conversation}/resources/..", $"/api/conversations/{conversation}/", "/api/projects/stays/members/..", "/api/projects/stays/"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Delete, HttpMethod.Put, HttpMethod.Patch])
                Assert.Equal(404, (await Server.RefusedAsync(Server.SendAsync(method, path, "{\"title\":\"T\",\"name\":\"T\"}"))).Status);
        }
        Assert.Equal("P", (await Server.GetJsonAsync("/api/projects/stays")).GetProperty("name").GetString());
        await Server.GetJsonAsync($"/api/conversations/{conversation}");
    }

    [Fact]
    public async Task A_key_is_for_a_user_whom_an_address_can_hold()
    {
        foreach (var user in (string[])[".", "..", "a/../b"])
        {
            var refused = await Server.RefusedAsync(Server.PostAsync("/api/keys", new { name = "k", user, scopes = new[] { "turns" } }));
            Assert.Equal((400, "user"), (refused.Status, refused.Body.GetProperty("field").GetString()));
        }
    }

    [Theory]
    [InlineData("Turnpike-User", "..")]
    [InlineData("Turnpike-User", "a/../b")]
    [InlineData("Turnpike-User", "a//b")]
    [InlineData("Turnpike-User", "*")]
    [InlineData("Turnpike-Organization", "*")]
    public async Task A_header_names_somebody_for_whom_a_key_could_be(string header, string name)
    {
        foreach (var path in (string[])["/api/turns/preview", "/v1/chat/completions"])
        {
            using var answer = await Server.SendAsync(HttpMethod.Post, path, """{"content":"Hi"}""", (header, name == "*" ? new string('a', 201) : name));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(header, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_literal_escape_and_a_slash_are_two_names()
    {
        foreach (var (name, text) in ((string, string)[])[("one/two", "slash"), ("one%2Ftwo", "percent")]) await Server.CurlAsync("/api/tags", JsonSerializer.Serialize(new { name, description = text }));
        Assert.Equal("slash", (await Server.GetJsonAsync("/api/tags/one%2Ftwo")).GetProperty("description").GetString());
        Assert.Equal("percent", (await Server.GetJsonAsync("/api/tags/one%252Ftwo")).GetProperty("description").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await Server.SendAsync(HttpMethod.Delete, "/api/tags/one%252ftwo")).StatusCode);
        Assert.Equal("slash", (await Server.GetJsonAsync("/api/tags/one%2Ftwo")).GetProperty("description").GetString());
    }

    [Theory]
    [InlineData("PUT", "/api/prompts", "GET, HEAD, POST")]
    [InlineData("DELETE", "/api/prompts", "GET, HEAD, POST")]
    [InlineData("PATCH", "/api/prompts", "GET, HEAD, POST")]
    [InlineData("PUT", "/api/projects/p/members", "GET, HEAD")]
    [InlineData("DELETE", "/api/projects/p/members", "GET, HEAD")]
    public async Task What_is_done_to_one_of_a_list_is_not_done_to_the_list(string method, string path, string allowed)
    {
        using var answer = await Server.SendAsync(new HttpMethod(method), path, "{}");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.OK, (await Server.SendAsync(HttpMethod.Get, "/api/prompts")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Server.SendAsync(HttpMethod.Put, "/api/projects/p/things/prompt")).StatusCode);
    }

    [Fact]
    public async Task The_command_line_sends_no_address_that_leads_elsewhere()
    {
        await Server.CurlAsync("/api/projects", "{\"id\":\"kept\",\"name\":\"P\"}");
        foreach (var args in (string[][])[["projects", "members", "kept", "--remove", ".."], ["keys", "revoke", ".."], ["prompts", "archive", ".."], ["tools", "remove", ".."]])
        {
            var ended = await CommandLine.RunAsync([.. args, "--server", Server.Client.BaseAddress!.ToString()]);
            Assert.NotEqual(0, ended.Code);
        }
        Assert.Equal("P", (await Server.GetJsonAsync("/api/projects/kept")).GetProperty("name").GetString());
        var one = await CommandLine.RunAsync(["projects", "members", "kept", "--remove", "..", "--server", Server.Client.BaseAddress!.ToString()]);
        Assert.Contains("no address could hold it", one.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_has_a_key_that_can_be_published()
    {
        foreach (var key in (string[])["a%2F%2Fb", "x%2F..%2Fy", "nl%0A"])
            Assert.Equal(400, (await Server.RefusedAsync(Server.SendAsync(HttpMethod.Put, $"/api/prompts/{key}/draft", """{"messages":[]}"""))).Status);
    }

    [Fact]
    public async Task A_label_that_cannot_be_one_is_refused()
    {
        await Server.PostAsync("/api/prompts", new { key = "labels", messages = new[] { new { role = "user", content = "One." } } });
        foreach (var label in (string[])["%20", "lab%0A", "a%40b", "7", new string('a', 300), "a%2F..%2Fb"])
        {
            var refused = await Server.RefusedAsync(Server.SendAsync(HttpMethod.Put, $"/api/prompts/labels/labels/{label}", """{"version":1}"""));
            Assert.Equal((400, "label"), (refused.Status, refused.Body.GetProperty("field").GetString()));
        }
        Assert.Empty((await Server.GetJsonAsync("/api/prompts/labels/labels")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task The_label_latest_is_nobodys_to_give()
    {
        foreach (var text in (string[])["One.", "Two."]) await Server.SendAsync(HttpMethod.Put, "/api/prompts/newest", $$"""{"messages":[{"role":"user","content":"{{text}}"}]}""");
        var refused = await Server.RefusedAsync(Server.SendAsync(HttpMethod.Put, "/api/prompts/newest/labels/latest", """{"version":1}"""));
        Assert.Equal(400, refused.Status);
        Assert.Contains("always names the newest version", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(2, (await Server.GetJsonAsync("/api/prompts/newest?label=latest")).GetProperty("version").GetInt32());
        var item = (await Server.JsonAsync(await Server.CurlAsync("/api/prompts/import?labels=true", """{"key":"newest","messages":[{"role":"user","content":"Three."}],"labels":["latest","live"]}"""))).GetProperty("items")[0];
        Assert.Equal(["live"], item.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Contains("label latest: not moved.", item.GetProperty("details")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_and_a_tag_are_saved_without_repeating_the_name_of_the_address()
    {
        await Server.CurlAsync("/api/rules", """{"name":"house-style","content":"Be brief."}""");
        var rule = await Server.JsonAsync(await Server.SendAsync(HttpMethod.Put, "/api/rules/House-Style", """{"content":"Be kind."}"""));
        Assert.Equal(("house-style", "Be kind."), (rule.GetProperty("name").GetString(), rule.GetProperty("content").GetString()));
        var tag = await Server.JsonAsync(await Server.SendAsync(HttpMethod.Put, "/api/tags/writing", """{"rules":["house-style"]}"""));
        Assert.Equal(("writing", "house-style"), (tag.GetProperty("name").GetString(), tag.GetProperty("rules")[0].GetString()));
    }
}
