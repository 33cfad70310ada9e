using System.Text.Json;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Prompts that nobody writes by accident: each is taken or told what is wrong with it, and none is a fault of the server.</summary>
public sealed class OddPrompts(SharedServer shared) : IClassFixture<SharedServer>
{
    private async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var answer = await shared.Server.SendAsync(HttpMethod.Post, path, body as string ?? JsonSerializer.Serialize(body));
        return ((int)answer.StatusCode, await shared.Server.JsonAsync(answer));
    }

    [Theory]
    [InlineData("{{#ifEquals a b}}same{{/ifEquals}}")]
    [InlineData("{{#unlessEquals a a}}other{{/unlessEquals}}{{b}}")]
    [InlineData("{{#ifEquals \"x\" \"y\"}}never{{/ifEquals}}{{a}}{{b}}")]
    [InlineData("{{json a indent=b}}")]
    public async Task That_compare_variables_are_checked_as_others(string template)
    {
        var (status, body) = await PostAsync("/api/prompts/validate", new { messages = new[] { new { role = "user", content = template } }, variables = new[] { new { name = "a" }, new { name = "b" } } });
        Assert.Equal(200, status);
        Assert.DoesNotContain("variable_unreachable", body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/turns", """{"content":"x","model":"test/model","prompt":PROMPT}""")]
    [InlineData("/api/turns/preview", """{"content":"x","prompt":{"id":"summarize","overlay":OVERLAY}}""")]
    public async Task With_two_partials_of_one_name_are_refused_by_the_place_of_the_second(string path, string body)
    {
        const string Partials = """ "partials":[{"name":"a","key":"_a","hash":"","text":"x"},{"name":"a","key":"_a","hash":"","text":"y"}] """;
        var given = body.Replace("PROMPT", """{"messages":[{"role":"user","content":"{{> a}}"}],PARTIALS}""", StringComparison.Ordinal).Replace("OVERLAY", "{PARTIALS}", StringComparison.Ordinal).Replace("PARTIALS", Partials, StringComparison.Ordinal);
        var (status, problem) = await PostAsync(path, given);
        Assert.Equal((400, "request_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.EndsWith("partials[1].name", problem.GetProperty("field").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"key":"_odd","messages":[null]}""")]
    [InlineData("""{"key":"_odd","messages":[{"role":"user","content":[null]}]}""")]
    [InlineData("""{"key":"odd","messages":[{"role":"user","content":"x"}],"variables":[null,{"name":"k","secret":true,"default":"x"}]}""")]
    public async Task With_a_null_in_a_list_are_left_out_of_an_import_and_told_of(string prompt)
    {
        var (status, report) = await PostAsync("/api/prompts/import", $$"""{"format":"turnpike.prompts","version":1,"prompts":[{{prompt}}]}""");
        Assert.Equal(200, status);
        Assert.Contains("null", report.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, report.GetProperty("imported").GetInt32());
    }

    [Fact]
    public async Task With_many_unknown_parameters_are_told_of_each()
    {
        var parameters = Enumerable.Range(0, 20_000).ToDictionary(n => $"a{n}", n => (object)n);
        parameters["providerOptions"] = new { x = new string('x', 200_000) };
        (parameters["max_tokens"], parameters["maxOutputTokens"]) = (5, 6);
        var (status, body) = await PostAsync("/api/prompts/validate", new { messages = new[] { new { role = "user", content = "x" } }, parameters });
        Assert.Equal(200, status);
        var issues = body.GetProperty("issues").EnumerateArray().Select(issue => issue.GetProperty("code").GetString()).ToList();
        Assert.Equal((20_000, 1), (issues.Count(code => code == "parameter_unknown"), issues.Count(code => code == "parameter_invalid")));
    }

    [Theory]
    [InlineData("{{input}}", "https://x.example/a.png", "https://x.example/a.png")]
    [InlineData("https://x.example/{{input}}.png", "b", "https://x.example/b.png")]
    [InlineData("{{media url=input}}", "https://x.example/a.png", "https://x.example/a.png")]
    [InlineData("{{photo}}", "Look", null)]
    public async Task Whose_media_is_at_what_is_typed_send_it_from_there(string url, string typed, string? sent)
    {
        await using var server = new RunningServer();
        object part = url.StartsWith("{{media", StringComparison.Ordinal) ? new { type = "text", text = url } : new { type = "media", url, mediaType = "image/png" };
        await server.TurnAsync(new { content = typed, prompt = new { messages = new[] { new { role = "user", content = new[] { new { type = "text", text = "See: " }, part } } }, variables = new[] { new { name = "photo", required = false } } } });
        Assert.Equal(sent, server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.UriContent>().SingleOrDefault()?.Uri.OriginalString);
    }

    [Theory]
    [InlineData("{{role \"user\"}}{{a}}", 30_000)]
    [InlineData("{{history}}a", 50_000)]
    [InlineData("{{undeclared}}", 20_000)]
    public async Task Of_very_many_parts_are_read_in_one_walk(string piece, int times)
    {
        var body = string.Concat(Enumerable.Repeat(piece, times));
        var variables = Enumerable.Range(0, 2000).Select(n => new { name = $"variable_{n}" });
        Assert.Equal(200, (await PostAsync("/api/prompts/validate", new { body, variables })).Status);
        var (status, problem) = await PostAsync("/api/turns/preview", new { content = "x", prompt = new { body, variables } });
        Assert.Equal(422, status);
        Assert.Contains(problem.GetProperty("code").GetString(), (string[])["template_limit", "variable_undefined", "template_invalid"]);
        using var file = await shared.Server.SendAsync(HttpMethod.Post, "/api/prompts/import?key=many&dryRun=true", body, ("Content-Type", "text/plain"));
        Assert.True((int)file.StatusCode < 500, await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task That_indent_many_lines_far_are_too_long()
    {
        var blanks = new string(' ', 1 << 16);
        var (status, problem) = await PostAsync("/api/turns/preview", new
        {
            content = "x",
            prompt = new { messages = new[] { new { role = "user", content = blanks + "{{> p}}\n" } }, partials = new[] { new { name = "p", key = "_p", hash = "", text = new string('\n', (1 << 16) - 1) + "x" } } },
        });
        Assert.Equal((422, "template_limit"), (status, problem.GetProperty("code").GetString()));
    }
}
