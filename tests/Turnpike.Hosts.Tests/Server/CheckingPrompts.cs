using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Every rule of <c>POST /api/prompts/validate</c>.</summary>
public sealed class CheckingPrompts
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi {{nme}}"}],"variables":[{"name":"name"}]}""", "variable_undefined", "error", "messages[0].content[0].text", "nme")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"variables":[{"name":"name"}]}""", "variable_unused", "warning", "variables[0]", "name")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a"},{"name":"a"}]}""", "variable_duplicate", "error", "variables[1]", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{#if false}}{{a}}{{/if}}"}],"variables":[{"name":"a"}]}""", "variable_unreachable", "warning", "messages[0].content[0].text", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{#ifEquals t \"c\"}}{{a}}{{/ifEquals}}"}],"variables":[{"name":"a"},{"name":"t","type":"enum","options":["a","b"]}]}""", "variable_unreachable", "warning", "messages[0].content[0].text", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","required":true,"locked":"default"}]}""", "variable_unreachable", "warning", "variables[0].locked", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"enum","options":["x"],"default":"y"}]}""", "default_not_an_option", "error", "variables[0].default", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"integer","max":5,"default":6}]}""", "default_out_of_range", "error", "variables[0].default", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"boolean","default":"perhaps"}]}""", "default_invalid", "error", "variables[0].default", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"enum"}]}""", "variable_invalid", "error", "variables[0]", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","required":true,"default":"x"}]}""", "required_with_default", "warning", "variables[0].required", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","secret":true,"default":"x"}]}""", "secret_with_default", "warning", "variables[0].default", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"x\n```\n{{a}}\n```"}],"variables":[{"name":"a"}]}""", "placeholder_in_code", "info", "messages[0].content[0].text", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"tools":["currentTim"]}""", "tool_unknown", "error", "tools[0]", "currentTim")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"tools":["nothing.*"]}""", "tool_unknown", "warning", "tools[0]", "nothing.*")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"rules":["house"]}""", "rule_not_found", "error", "rules[0]", "house")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"rules":["tag:house"]}""", "rule_not_found", "error", "rules[0]", "tag:house")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"model":"nowhere/gpt"}""", "model_unknown", "error", "model", "nowhere/gpt")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"fallback":["nowhere/gpt"]}""", "model_unknown", "error", "fallback[0]", "nowhere/gpt")]
    [InlineData("""{"messages":[{"role":"user","content":"{{> house}}"}]}""", "include_unknown", "error", "messages[0].content[0].text", "house")]
    [InlineData("""{"messages":[{"role":"user","content":"{{#if"}]}""", "template_invalid", "error", "messages[0].content[0].text", null)]
    [InlineData("""{"messages":[{"role":"narrator","content":"x"}]}""", "role_invalid", "error", "messages[0].role", "narrator")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"sound"}]}]}""", "part_invalid", "error", "messages[0].content[0]", null)]
    [InlineData("""{"messages":[]}""", "messages_missing", "error", "messages", null)]
    [InlineData("""{"body":"x","messages":[{"role":"user","content":"x"}]}""", "body_and_messages", "error", "body", null)]
    [InlineData("""{"key":"/x","messages":[{"role":"user","content":"x"}]}""", "key_invalid", "error", "key", "/x")]
    [InlineData("""{"messages":[{"role":"user","content":[]}]}""", "message_empty", "warning", "messages[0]", null)]
    [InlineData("""{"messages":[{"role":"system","content":[{"type":"media","url":"https://x/y.png"}]},{"role":"user","content":"x"}]}""", "system_media", "warning", "messages[0].content[0]", null)]
    [InlineData("""{"key":"_a","messages":[{"role":"user","content":"x"},{"role":"user","content":"{{> a}}"}]}""", "include_cycle", "error", "messages[1].content[0].text", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"model":"test/small","parameters":{"topK":4}}""", "parameter_unsupported", "warning", "parameters.topK", "topK")]
    [InlineData("""{"inferVariables":true,"messages":[{"role":"user","content":"{{a}}"}]}""", "variable_inferred", "warning", "messages[0].content[0].text", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"variables":[{"name":"history"}]}""", "variable_name_reserved", "error", "variables[0].name", "history")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"variables":[{"name":"this"}]}""", "variable_name_reserved", "error", "variables[0].name", "this")]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"list","options":["x"],"default":["y"]}]}""", "default_not_an_option", "error", "variables[0].default", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"parameters":{"providerOptions":{"max_tokens":5}}}""", "parameter_invalid", "error", "parameters.providerOptions.max_tokens", "max_tokens")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"output":{"schema":{"type":"foo"}}}""", "output_invalid", "error", "output.schema", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"parameters":{"temperature":7,"topP":0.5}}""", "parameter_invalid", "error", "parameters.temperature", "temperature")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"parameters":{"temprature":1}}""", "parameter_unknown", "error", "parameters.temprature", "temprature")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"parameters":{"maxTokens":5,"max_tokens":6}}""", "parameter_invalid", "error", "parameters.max_tokens", "max_tokens")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"parameters":[]}""", "parameter_invalid", "error", "parameters", null)]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"strng"}]}""", "variable_invalid", "error", "variables[0].type", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"resources":[{"kind":"text"}]}""", "resource_invalid", "error", "resources[0]", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"resources":[{"text":"x"},{"title":"plan","url":"ftp://x/y"}]}""", "resource_invalid", "error", "resources[1]", "plan")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"resources":[{"id":"a","text":"x"},{"id":"a","text":"y"}]}""", "resource_invalid", "error", "resources[1].id", "a")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"resources":[{"file":"file_nope"}]}""", "resource_invalid", "error", "resources[0].file", "file_nope")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"parameters":{"toolChoice":"sometimes"}}""", "tool_unknown", "error", "parameters.toolChoice", "sometimes")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"resources":[{"kind":"tabel","text":"a"}]}""", "resource_kind_unknown", "warning", "resources[0].kind", "tabel")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"triggers":"maybe"}""", "word_invalid", "error", "triggers", "maybe")]
    [InlineData("""{"messages":[{"role":"history","content":"x"},{"role":"user","content":"x"}]}""", "history_content", "error", "messages[0].content", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"clientTools":[{"name":"a*"}]}""", "client_tool_invalid", "error", "clientTools[0].name", null)]
    public async Task Every_rule_is_told_with_its_place(string prompt, string code, string severity, string path, string? name)
    {
        await using var server = WithASmallModel();
        var issues = (await ReviewAsync(server, prompt)).GetProperty("issues").EnumerateArray();
        var issue = Assert.Single(issues, issue => issue.GetProperty("code").GetString() == code && issue.GetProperty("path").GetString() == path);
        Assert.Equal((severity, name), (issue.GetProperty("severity").GetString(), issue.TryGetProperty("name", out var told) ? told.GetString() : null));
    }

    [Fact]
    public async Task A_template_beyond_the_bounds_is_told()
    {
        await using var server = new RunningServer();
        var deep = string.Concat(Enumerable.Repeat("{{#if a}}", 65)) + string.Concat(Enumerable.Repeat("{{/if}}", 65));
        var issue = (await ReviewAsync(server, $$"""{"messages":[{"role":"user","content":"{{deep}}"}],"variables":[{"name":"a"}]}""")).GetProperty("issues")[0];
        Assert.Equal(("template_limit", "error", "messages[0].content[0].text"), (issue.GetProperty("code").GetString(), issue.GetProperty("severity").GetString(), issue.GetProperty("path").GetString()));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi {{ nme }}"}],"variables":[{"name":"name"}]}""", "variable_undefined", "nme", "Write \"name\".", "name")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi {{town}}"}]}""", "variable_undefined", "town", "Declare \"town\" in \"variables\".", null)]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"variables":[{"name":"name"}]}""", "variable_unused", null, "Use it as {{name}}, or take it out.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a"},{"name":"a"}]}""", "variable_duplicate", null, "Take one of them out.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x{{#if false}}{{a}}{{/if}}"}],"variables":[{"name":"a"}]}""", "variable_unreachable", "a", "Change the condition around it, or take the variable out.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","type":"enum","options":["x"],"default":"y"}]}""", "default_not_an_option", null, "Change the default or what is allowed.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","required":true,"default":"x"}]}""", "required_with_default", null, "Take \"required\" or the default out.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a","secret":true,"default":"x"}]}""", "secret_with_default", null, "Take the default out and set the value where the variable is used.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"```\n{{a}}\n```"}],"variables":[{"name":"a"}]}""", "placeholder_in_code", "{{a}}", "Write a backslash before it if it is meant literally.", "\\{{a}}")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"tools":["current_tim"]}""", "tool_unknown", null, "Write \"current_time\".", "current_time")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"rules":["brif"]}""", "rule_not_found", null, "Write \"brief\".", "brief")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"model":"tset/small"}""", "model_unknown", null, "Write \"test/small\".", "test/small")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"model":"test/small","parameters":{"seed":4}}""", "parameter_unsupported", null, "Take it out, or choose another model.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x {{> house}}"}]}""", "include_unknown", "{{> house}}", "Save a prompt with the key \"_house\", or take the inclusion out.", null)]
    [InlineData("""{"key":"_a","messages":[{"role":"user","content":"x {{> a}}"}]}""", "include_cycle", "{{> a}}", "Take one of the inclusions out.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x {{#if"}]}""", "template_invalid", "{{", null, null)]
    [InlineData("""{"messages":[{"role":"usr","content":"x"}]}""", "role_invalid", null, "Write \"user\".", "user")]
    [InlineData("""{"messages":[]}""", "messages_missing", null, "Add a message, for example one of the role user.", null)]
    [InlineData("""{"body":"x","messages":[{"role":"user","content":"x"}]}""", "body_and_messages", null, "Take one of the two out.", null)]
    [InlineData("""{"key":"my prompt","messages":[{"role":"user","content":"x"}]}""", "key_invalid", null, "Write \"my-prompt\".", "my-prompt")]
    [InlineData("""{"inferVariables":true,"messages":[{"role":"user","content":"x {{a}}"}]}""", "variable_inferred", "a", "Declare it.", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}],"variables":[{"name":"history"}]}""", "variable_name_reserved", null, "Give the variable another name.", null)]
    [InlineData("""{"messages":[{"role":"user","content":[]}]}""", "message_empty", null, "Take it out.", null)]
    [InlineData("""{"messages":[{"role":"system","content":[{"type":"media","url":"https://x/y.png"}]},{"role":"user","content":"x"}]}""", "system_media", null, "Move it into a message with the role user.", null)]
    public async Task Every_rule_shows_the_place_in_the_text_and_what_to_do(string prompt, string code, string? marked, string? fix, string? written)
    {
        await using var server = WithASmallModel();
        await server.PostAsync("/api/rules", new { name = "brief", content = "Be brief." });
        var issue = (await ReviewAsync(server, prompt)).GetProperty("issues").EnumerateArray().First(issue => issue.GetProperty("code").GetString() == code);
        var text = JsonDocument.Parse(prompt).RootElement.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("content")).FirstOrDefault(content => content.ValueKind == JsonValueKind.String) is { ValueKind: JsonValueKind.String } said ? said.GetString()! : "";
        Assert.Equal(marked, issue.TryGetProperty("span", out var span) ? text[span.GetProperty("start").GetInt32()..span.GetProperty("end").GetInt32()] : null);
        Assert.Equal(fix, issue.TryGetProperty("fix", out var told) ? told.GetProperty("message").GetString() : null);
        Assert.Equal(written, told.ValueKind == JsonValueKind.Object && told.TryGetProperty("text", out var mended) ? mended.GetString() : null);
        Assert.NotEqual("", issue.GetProperty("message").GetString());
    }

    [Fact]
    public async Task What_cannot_be_read_hides_nothing_of_the_rest()
    {
        await using var server = new RunningServer();
        const string Bad = """{"messages":[{"role":"user","content":"{{a}} {{b"}],"variables":[{"name":"a","type":"strng"}],"parameters":{"temperature":7,"tpK":1},"rules":["house"]}""";
        Assert.Equal(["parameters.temperature", "parameters.tpK", "variables[0].type", "messages[0].content[0].text", "rules[0]", "variables[0]"], await PathsAsync(server, Bad));
        var refused = await server.RefusedAsync(server.CurlAsync("/api/prompts/validate", "{\"parameters\":{\"temperature\":7},\n \"nope\":1}"));
        Assert.Equal((422, "parameter_invalid"), (refused.Status, refused.Code));
        refused = await server.RefusedAsync(server.CurlAsync("/api/prompts/validate", "{\n \"nope\":1}"));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        Assert.StartsWith("Line 2, column", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_tells_its_faults_like_an_object()
    {
        await using var server = new RunningServer();
        using var file = new StringContent("---\nconfig:\n  temperature: 7\nturnpike:\n  parameters:\n    tpK: 1\n  rules: [house]\n---\nHi {{#if", Encoding.UTF8);
        file.Headers.ContentType = new("text/x-dotprompt");
        using var answer = await server.Client.PostAsync("/api/prompts/validate", file, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        var issues = (await server.JsonAsync(answer)).GetProperty("issues").EnumerateArray().ToArray();
        Assert.Equal(["parameter_invalid parameters.temperature", "parameter_unknown parameters.tpK", "template_invalid body", "rule_not_found rules[0]"], issues.Select(issue => $"{issue.GetProperty("code").GetString()} {issue.GetProperty("path").GetString()}"));
        Assert.Equal("Hi ".Length, issues[2].GetProperty("span").GetProperty("start").GetInt32());
    }

    [Theory]
    [InlineData("""{"key":"p","messages":[{"role":"user","content":"x"}],"resources":[{"kind":"text"}]}""", "resources")]
    [InlineData("""{"key":"p","messages":[{"role":"user","content":"x"}],"clientTools":[{"name":"a*"}]}""", "clientTools[0].name")]
    public async Task What_no_turn_could_take_is_not_saved(string prompt, string field)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.CurlAsync("/api/prompts", prompt));
        Assert.Equal((400, "request_invalid", field), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Reading_prompts_is_enough_to_check_one()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "ci", Scopes = [Scopes.PromptsRead] })).Secret;
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Post, "/api/prompts/validate", new { messages = new[] { new { role = "user", content = "x" } } })).Status);
        Assert.Equal(403, (await server.AskAsync(key, HttpMethod.Post, "/api/prompts", new { key = "p", messages = new[] { new { role = "user", content = "x" } } })).Status);
    }

    private static async Task<string[]> PathsAsync(RunningServer server, string prompt) => [.. (await ReviewAsync(server, prompt)).GetProperty("issues").EnumerateArray().Select(issue => issue.GetProperty("path").GetString()!)];

    [Fact]
    public async Task An_issue_has_its_span_and_the_text_that_mends_it()
    {
        await using var server = new RunningServer();
        var issue = (await ReviewAsync(server, """{"messages":[{"role":"user","content":"Hi {{ nme }}"}],"variables":[{"name":"name"}]}""")).GetProperty("issues")[0];
        var span = issue.GetProperty("span");
        var text = "Hi {{ nme }}";
        var mended = text[..span.GetProperty("start").GetInt32()] + issue.GetProperty("fix").GetProperty("text").GetString() + text[span.GetProperty("end").GetInt32()..];
        Assert.Equal("Hi {{ name }}", mended);
    }

    [Fact]
    public async Task Used_unused_undefined_and_computed_names_are_told_apart()
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", """{"key":"_tone","messages":[{"role":"user","content":"{{tone}}"}]}""");
        var review = await ReviewAsync(server, """{"messages":[{"role":"user","content":"{{a}} {{c}} {{weekday}} {{> tone}} {{input}}"}],"variables":[{"name":"a"},{"name":"b"},{"name":"tone"}]}""");
        Assert.Equal("""{"used":["a","tone"],"unused":["b"],"undefined":["c"],"computed":["weekday"]}""", review.GetProperty("variables").GetRawText());
        Assert.False(review.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task A_sound_prompt_has_no_issues()
    {
        await using var server = new RunningServer();
        var review = await ReviewAsync(server, """{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":"a"}]}""");
        Assert.Equal((0, true), (review.GetProperty("issues").GetArrayLength(), review.GetProperty("valid").GetBoolean()));
    }

    [Fact]
    public async Task A_prompt_file_is_checked_too()
    {
        await using var server = new RunningServer();
        using var content = new StringContent("---\ninput: { schema: { a: string } }\n---\n{{b}}", Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/x-dotprompt");
        using var response = await server.Client.PostAsync("/api/prompts/validate", content, TestContext.Current.CancellationToken);
        Assert.Contains("variable_undefined", (await server.JsonAsync(response)).GetProperty("issues").EnumerateArray().Select(issue => issue.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_cycle_of_partials_is_refused_when_it_is_saved()
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", """{"key":"_a","messages":[{"role":"user","content":"a"}]}""");
        await server.CurlAsync("/api/prompts", """{"key":"_b","messages":[{"role":"user","content":"{{> a}}"}]}""");
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/_a", """{"messages":[{"role":"user","content":"{{> b}}"}]}"""));
        Assert.Equal("template_invalid", refused.Code);
        Assert.Contains("includes itself", refused.Detail, StringComparison.Ordinal);
    }

    /// <summary>A model that takes nothing but a temperature.</summary>
    private static RunningServer WithASmallModel() => new(services =>
    {
        services.AddSingleton(new HostModel("test/small", new ScriptedModel()));
        services.Configure<ModelCatalogOptions>(options => options.Models["test/small"] = new() { Id = "test/small", Provider = "test", Parameters = ["temperature"] });
    });

    private static async Task<JsonElement> ReviewAsync(RunningServer server, string prompt)
    {
        using var response = await server.CurlAsync("/api/prompts/validate", prompt);
        Assert.Equal(200, (int)response.StatusCode);
        return await server.JsonAsync(response);
    }
}
