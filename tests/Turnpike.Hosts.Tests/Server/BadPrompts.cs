using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Turnpike.Hosts.Tests.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Prompts that mean no good, and prompts with odd names: what the server answers, and that it goes on serving.</summary>
public sealed class BadPrompts
{
    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    [Theory]
    [InlineData("nope")]
    [InlineData("Project")]
    [InlineData("project:docs")]
    [InlineData("prompt")]
    public async Task A_lock_that_is_no_layer_stops_a_prompt_that_was_never_saved(string locked)
    {
        await using var server = new RunningServer();
        var variables = new[] { new { name = "city", locked } };
        Assert.Equal(201, (int)(await server.PostAsync("/api/prompts", new { key = "guide", messages = new[] { new { role = "user", content = "See {{city}}." } }, variables = new[] { new { name = "city" } } })).StatusCode);
        foreach (var prompt in (object[])[new { messages = new[] { new { role = "user", content = "See {{city}}." } }, variables }, new { id = "guide", overlay = new { variables } }])
        {
            foreach (var path in (string[])["/api/turns", "/api/turns/preview"])
            {
                var refused = await server.RefusedAsync(server.PostAsync(path, new { prompt, variables = new { city = "Rome" } }));
                Assert.Equal((422, "variable_invalid", 0), (refused.Status, refused.Code, server.Model.Requests.Count));
                Assert.Contains($"\"city\" is locked to \"{locked}\"; it must be one of default, ", refused.Detail, StringComparison.Ordinal);
                Assert.Equal("variable_invalid", refused.Body.GetProperty("variables")[0].GetProperty("code").GetString());
            }
        }
    }

    [Theory]
    [InlineData("nested")]
    [InlineData("deep")]
    [InlineData("calls")]
    public async Task A_template_that_is_too_much_to_read_is_refused_when_it_is_saved(string kind)
    {
        await using var server = new RunningServer();
        var template = kind switch { "nested" => Repeat("{{#each a}}", 65) + Repeat("{{/each}}", 65), "deep" => Repeat("{{#if a}}", 50_000), _ => "{{json " + Repeat("(json ", 50_000) };
        var refused = await server.RefusedAsync(server.PostAsync("/api/prompts", new { key = "bomb", messages = new[] { new { role = "user", content = template } }, variables = new[] { new { name = "a" } } }));
        Assert.Contains(refused.Code, new[] { "template_limit", "template_invalid" });
        await StillServesAsync(server);
    }

    [Theory]
    [InlineData("{{#each a}}{{#each @root.a}}{{#each @root.a}}{{#each @root.a}}x{{/each}}{{/each}}{{/each}}{{/each}}")]
    [InlineData("{{#each a}}{{@root.long}}{{/each}}")]
    [InlineData("{{#each a}}{{role \"user\"}}{{#each @root.a}}{{role \"model\"}}y{{/each}}{{/each}}")]
    [InlineData("{{#each a}}{{#each @root.a}}{{#each @root.a}}{{#each @root.a}}{{#if (json @root.long)}}{{/if}}{{/each}}{{/each}}{{/each}}{{/each}}")]
    public async Task A_template_that_would_write_or_loop_without_end_stops_at_its_bounds(string template)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { prompt = new { messages = new[] { new { role = "user", content = template } }, variables = new object[] { new { name = "a", type = "list" }, new { name = "long" } } }, variables = new { a = Enumerable.Range(0, 200), @long = new string('x', 60_000) } }));
        Assert.Equal(("template_limit", 0), (refused.Code, server.Model.Requests.Count));
        await StillServesAsync(server);
    }

    [Theory]
    [InlineData("a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]", "20,000 values")]
    [InlineData("a: &a\n  b: *a", "names nothing that ended before it")]
    [InlineData("a: *nobody", "\"*nobody\"")]
    public async Task Anchors_of_yaml_that_grow_or_go_in_circles_are_refused_with_their_line(string yaml, string says)
    {
        await using var server = new RunningServer();
        using var content = new StringContent($"---\n{yaml}\n---\nHi", Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/x-dotprompt");
        var refused = await server.RefusedAsync(server.Client.PostAsync("/api/prompts/import?key=bomb", content, TestContext.Current.CancellationToken));
        Assert.Equal("request_invalid", refused.Code);
        Assert.StartsWith("Line ", refused.Detail, StringComparison.Ordinal);
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
        await StillServesAsync(server);
    }

    [Theory]
    [InlineData("[{{v.GetType}}{{v.Length}}{{v.Chars}}{{v.constructor}}{{v.__proto__}}{{v.toString}}]")]
    [InlineData("[{{o.ValueKind}}{{o.GetRawText}}{{o.Count}}{{o.Keys}}{{o.Item}}]")]
    [InlineData("[{{l.Count}}{{l.Capacity}}{{lookup v \"GetType\"}}{{lookup o \"ValueKind\"}}]")]
    [InlineData("[{{this.Comparer}}{{this.Keys}}{{@root.Count}}{{@state.Count}}{{@user.GetType}}]")]
    public async Task Members_of_the_objects_behind_values_are_never_read(string template)
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { prompt = new { inferVariables = true, messages = new[] { new { role = "user", content = template } }, variables = new object[] { new { name = "v" }, new { name = "o", type = "object" }, new { name = "l", type = "list" } } }, variables = new { v = "text", o = new { a = 1 }, l = new[] { 1 } } });
        Assert.Equal(["user: []"], server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("a.b", "request_invalid", "\"a.b\" cannot be a variable")]
    [InlineData("a b", "request_invalid", "\"a b\" cannot be a variable")]
    [InlineData("1a", "request_invalid", "\"1a\" cannot be a variable")]
    [InlineData("größe", "request_invalid", "\"größe\" cannot be a variable")]
    [InlineData("", "request_invalid", "cannot be a variable")]
    [InlineData("role", "request_invalid", "\"role\" is a word of templates")]
    [InlineData("this", "request_invalid", "\"this\" is a word of templates")]
    public async Task A_name_that_no_variable_can_have_is_named(string name, string code, string says)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.PostAsync("/api/prompts", new { key = "a", messages = new[] { new { role = "user", content = "x" } }, variables = new[] { new { name } } }));
        Assert.Equal(code, refused.Code);
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dotted_placeholder_is_a_member_of_a_variable_and_no_variable_of_that_name()
    {
        await using var server = new RunningServer();
        await server.TurnAsync(new { prompt = new { messages = new[] { new { role = "user", content = "{{user.name}}" } }, variables = new[] { new { name = "user", type = "object" } } }, variables = new { user = new { name = "Ada" } } });
        Assert.Equal(["user: Ada"], server.Model.Last.Transcript);
        var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { prompt = new { messages = new[] { new { role = "user", content = "{{user.name}}" } } } }));
        Assert.Equal(("variable_undefined", "user"), (refused.Code, refused.Body.GetProperty("variables")[0].GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("mail/größe/日本.v2")]
    [InlineData("a.b-c_d/e")]
    [InlineData("Ünï")]
    public async Task Keys_with_slashes_dots_and_letters_of_all_scripts_are_kept_found_run_and_labelled(string key)
    {
        await using var server = new RunningServer();
        var address = "/api/prompts/" + Uri.EscapeDataString(key);
        using (var saved = await server.PostAsync("/api/prompts", new { key, messages = new[] { new { role = "user", content = "Hi." } } })) Assert.Equal(HttpStatusCode.Created, saved.StatusCode);
        using (var labelled = await server.SendAsync(HttpMethod.Put, address + "/labels/live", """{"version":1}""")) Assert.Equal(HttpStatusCode.OK, labelled.StatusCode);
        Assert.Equal(key, (await server.GetJsonAsync(address + "?label=live")).GetProperty("key").GetString());
        await server.TurnAsync(new { prompt = key + "@live" });
        Assert.Equal(["user: Hi."], server.Model.Last.Transcript);
        using var exported = await server.SendAsync(HttpMethod.Get, address + "/export");
        Assert.Equal("Hi.", (await exported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Trim().Split('\n')[^1]);
        Assert.Equal(1, (await server.GetJsonAsync(address + "/versions")).GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a b")]
    [InlineData("a@b")]
    [InlineData("../up")]
    [InlineData("a//b")]
    [InlineData("a\n")]
    [InlineData("a\u0000b")]
    [InlineData("")]
    public async Task A_key_that_cannot_be_one_is_refused(string key)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.PostAsync("/api/prompts", new { key, messages = new[] { new { role = "user", content = "Hi." } } }));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Of_saves_at_once_from_the_same_version_one_is_kept_and_the_others_are_told_the_newest()
    {
        await using var server = new RunningServer();
        static object Saying(int i) => new { messages = new[] { new { role = "user", content = $"Text {i}." } } };
        await server.PostAsync("/api/prompts", new { key = "a", messages = new[] { new { role = "user", content = "First." } } });
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => server.SendAsync(HttpMethod.Put, "/api/prompts/a", JsonSerializer.Serialize(Saying(i)), ("If-Match", "\"1\""))));
        Assert.Equal((1, 7), (answers.Count(one => one.StatusCode == HttpStatusCode.OK), answers.Count(one => one.StatusCode == HttpStatusCode.PreconditionFailed)));
        var refused = await server.JsonAsync(answers.First(one => one.StatusCode == HttpStatusCode.PreconditionFailed));
        Assert.Equal("version_conflict", refused.GetProperty("code").GetString());
        Assert.Contains("2", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await Task.WhenAll(Enumerable.Range(10, 8).Select(i => server.SendAsync(HttpMethod.Put, "/api/prompts/a", JsonSerializer.Serialize(Saying(i)))));
        Assert.Equal(Enumerable.Range(1, 10).Reverse(), (await server.GetJsonAsync("/api/prompts/a/versions")).GetProperty("data").EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task A_protected_label_is_moved_only_with_a_key_that_looks_after_the_organization()
    {
        await using var server = new RunningServer();
        const string Label = "/api/prompts/a/labels/production";
        var (admin, author) = ((await server.KeyAsync("admin", "admin")).Secret, (await server.KeyAsync("author", "prompts:write")).Secret);
        await server.AskAsync(author, HttpMethod.Post, "/api/prompts", new { key = "a", messages = new[] { new { role = "user", content = "One." } } });
        await server.AskAsync(author, HttpMethod.Put, "/api/prompts/a", new { messages = new[] { new { role = "user", content = "Two." } } });
        Assert.Equal(200, (await server.AskAsync(author, HttpMethod.Put, Label, new { version = 1, @protected = true })).Status);
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[] { (HttpMethod.Put, Label, new { version = 2 }), (HttpMethod.Put, Label, new { version = 2, force = true }), (HttpMethod.Put, Label, new { version = 1, @protected = false, force = true }), (HttpMethod.Delete, Label + "?force=true", null) })
        {
            var refused = await server.AskAsync(author, method, path, body);
            Assert.Equal((403, "forbidden"), (refused.Status, refused.Body.GetProperty("code").GetString()));
        }
        Assert.Equal(1, (await server.AskAsync(author, HttpMethod.Get, "/api/prompts/a")).Body.GetProperty("version").GetInt32());
        Assert.Equal(403, (await server.AskAsync(admin, HttpMethod.Put, Label, new { version = 2 })).Status);
        Assert.Equal(200, (await server.AskAsync(admin, HttpMethod.Put, Label, new { version = 2, force = true })).Status);
    }

    [Theory]
    [InlineData("""{"key":"a","messages":[{"role":"user","content":"x"}],"reactions":[]}""", "reactions")]
    [InlineData("""{"key":"a","messages":[{"role":"user","content":"x","mood":"good"}]}""", "mood")]
    [InlineData("""{"key":"a","messages":[{"role":"user","content":"x"}],"variables":[{"name":"a","type":"hologram"}]}""", "variables[0].type")]
    [InlineData("""{"format":"turnpike.prompts","version":2,"prompts":[]}""", "version 2")]
    [InlineData("""{"version":7,"promptTemplates":[]}""", "version 1 is read")]
    public async Task What_a_newer_program_wrote_is_refused_by_the_name_of_what_is_new(string file, string says)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Post, "/api/prompts/import", file);
        Assert.Contains(says, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(404, (int)(await server.SendAsync(HttpMethod.Get, "/api/prompts/a")).StatusCode);
    }

    private static async Task StillServesAsync(RunningServer server)
    {
        await server.TurnAsync(new { content = "Hi" });
        Assert.Equal(["user: Hi"], server.Model.Last.Transcript);
    }
}
