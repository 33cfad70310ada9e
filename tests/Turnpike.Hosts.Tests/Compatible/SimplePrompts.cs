using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Prompts of the simple shape are kept as carefully as all others.</summary>
public sealed class SimplePrompts
{
    private static async Task<int> CountAsync(RunningServer server, string key) => (await server.Get<IPromptStore>().VersionsAsync(key, TestContext.Current.CancellationToken)).Count;

    [Fact]
    public async Task One_that_could_not_run_is_refused_and_nothing_of_it_is_kept()
    {
        await using var server = new RunningServer();
        var broken = await server.ErrorAsync("/v1/prompts", """{"name":"p","prompt":"{{#if x}}"}""");
        Assert.Equal((400, "template_invalid"), (broken.Status, broken.Code));
        Assert.Equal(0, await CountAsync(server, "p"));
        await server.AnswerAsync("/v1/prompts", """{"name":"p","prompt":"Hello."}""");
        using var changed = await server.SendAsync(HttpMethod.Put, "/v1/prompts/p", """{"prompt":"{{> none}}","version":1}""");
        Assert.Equal(400, (int)changed.StatusCode);
        Assert.Equal(1, await CountAsync(server, "p"));
    }

    [Fact]
    public async Task The_file_of_one_that_is_edited_says_the_new_text_and_its_partials_are_pinned()
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "_tone", messages = new[] { new { role = "system", content = "Be kind." } } });
        using var imported = await server.SendAsync(HttpMethod.Post, "/api/prompts/import?key=p&format=dotprompt", "---\n# kept for its reasons\nmodel: test/model\n---\n{{role \"system\"}}\nOne.\n");
        Assert.Equal(200, (int)imported.StatusCode);
        using var changed = await server.SendAsync(HttpMethod.Put, "/v1/prompts/p", """{"prompt":"Two. {{> tone}}","version":1}""");
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var exported = await server.SendAsync(HttpMethod.Get, "/api/prompts/p/export", null, ("Accept", "text/x-dotprompt"));
        var file = await exported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("# kept for its reasons", file, StringComparison.Ordinal);
        Assert.Contains("Two. {{> tone}}", file, StringComparison.Ordinal);
        Assert.DoesNotContain("One.", file, StringComparison.Ordinal);

        using var later = await server.SendAsync(HttpMethod.Put, "/api/prompts/_tone", """{"messages":[{"role":"system","content":"Be stern."}]}""");
        Assert.Equal(200, (int)later.StatusCode);
        await server.AnswerAsync("/v1/chat/completions", """{"model":"prompt/p","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal("system: Two. Be kind.", server.Model.Last.Transcript[0]);
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"Summarize."}]""")]
    [InlineData("""[{"role":"system","content":"Be brief."},{"role":"user","content":"Summarize."}]""")]
    public async Task One_of_another_shape_is_edited_elsewhere(string messages)
    {
        await using var server = new RunningServer();
        using var made = await server.SendAsync(HttpMethod.Post, "/api/prompts", $$"""{"key":"p","messages":{{messages}}}""");
        using var labelled = await server.SendAsync(HttpMethod.Put, "/api/prompts/p/labels/production", """{"version":1}""");
        Assert.Equal((201, 200), ((int)made.StatusCode, (int)labelled.StatusCode));
        using var refused = await server.SendAsync(HttpMethod.Put, "/v1/prompts/p", """{"prompt":"Two.","version":1}""");
        var error = await FaceCalls.ErrorAsync(refused);
        Assert.Equal((400, "prompt"), (error.Status, error.Param));
        Assert.Contains("/api/prompts", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(server, "p"));
        Assert.Equal(messages, $"[{string.Join(",", (await server.GetJsonAsync("/v1/prompts/p")).GetProperty("messages").EnumerateArray().Select(message => message.GetRawText()))}]");
    }

    [Fact]
    public async Task One_whose_default_may_not_be_moved_is_refused_before_it_is_saved()
    {
        await using var server = new RunningServer();
        await server.AnswerAsync("/v1/prompts", """{"name":"p","prompt":"One."}""");
        using var guarded = await server.SendAsync(HttpMethod.Put, "/api/prompts/p/labels/production", """{"version":1,"protected":true}""");
        Assert.Equal(200, (int)guarded.StatusCode);
        for (var i = 0; i < 2; i++)
        {
            using var refused = await server.SendAsync(HttpMethod.Put, "/v1/prompts/p", """{"prompt":"Two.","version":1}""");
            var error = await FaceCalls.ErrorAsync(refused);
            Assert.Equal((403, "forbidden"), (error.Status, error.Code));
            Assert.Contains("set_as_default", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(1, await CountAsync(server, "p"));
        using var saved = await server.SendAsync(HttpMethod.Put, "/v1/prompts/p", """{"prompt":"Two.","version":1,"set_as_default":false}""");
        Assert.Equal((2, false), await server.JsonAsync(saved) is var shown ? (shown.GetProperty("version").GetInt32(), shown.GetProperty("is_default").GetBoolean()) : default);
        Assert.Equal(1, (await server.GetJsonAsync("/v1/prompts/p")).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Braces_that_nothing_closes_or_that_are_text_are_read_quickly_and_not_taken_for_placeholders()
    {
        await using var server = new RunningServer();
        foreach (var (key, text) in ((string, string)[])[("literal", string.Concat(Enumerable.Repeat("\\{{ ", 160_000))), ("shown", "Write \\{{name}} for {{city}}.")])
        {
            using var saved = await server.PostAsync("/api/prompts", new { key, messages = new[] { new { role = "system", content = text } }, variables = new[] { new { name = "city" } } });
            Assert.Equal(201, (int)saved.StatusCode);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            foreach (var path in (string[])["/api/public/v2/prompts/" + key, "/beta/litellm_prompt_management?prompt_id=" + key])
            {
                using var read = await server.SendAsync(HttpMethod.Get, path);
                Assert.Equal(400, (int)read.StatusCode);
                Assert.Contains("unsupported_template", await read.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            }
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
        Assert.Equal("system: Write {{name}} for Rome.", await TranscriptAsync(server));
        await server.AnswerAsync("/v1/prompts", """{"name":"face","prompt":"Write \\{{name}}."}"""); // no variable that it would have to declare
    }

    private static async Task<string> TranscriptAsync(RunningServer server)
    {
        await server.TurnAsync(new { prompt = "shown", content = "x", variables = new { city = "Rome" } });
        return server.Model.Last.Transcript[0];
    }
}
