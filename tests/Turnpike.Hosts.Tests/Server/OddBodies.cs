using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Whatever stands in a body where something else belongs, the server takes it or says what is wrong: it is never its own fault.</summary>
public sealed class OddBodies(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Half = "\\ud83d";
    private const string Mark = "half an emoji";

    private const string Prompt = """
        {"key":"odd","id":"pmpt_odd","version":1,"title":"T","description":"D","tags":["a"],"messages":[{"role":"system","content":"You {{a}}."},{"role":"user","content":[{"type":"text","text":"{{b}}"},{"type":"media","url":"data:image/png;base64,AAAA","mediaType":"image/png"}]}],
        "variables":[{"name":"a","type":"string","required":false,"default":"x","label":"l","description":"d","minLength":0,"maxLength":100,"pattern":".*","options":["x"],"allowOther":true,"input":"text","secret":false,"locked":"turn"},{"name":"b","type":"number","default":1,"min":0,"max":5,"step":1},
        {"name":"c","type":"list","itemType":"object","schema":{"type":"object"},"default":[{}]}],"inferVariables":false,"model":"test/model","fallback":["test/model"],"parameters":{"temperature":0.5,"providerOptions":{"x":"y"},"stop":["s"],"responseFormat":{"type":"text"},"toolChoice":"auto"},
        "clientTools":[{"name":"ct","description":"d","schema":{"type":"object"},"strict":true}],"tools":["current_time"],"approval":{"ct":"ask"},"rules":["tag:odd"],"resources":[{"kind":"text","id":"r1","title":"n","text":"x","policy":"once"}],"output":{"schema":{"type":"object"},"format":"json"},
        "system":"append","expandUserText":false,"triggers":"on","restart":false,"onDisconnect":"continue","store":true,"mcp":{"prompt":true,"tool":false},"partials":[{"name":"p","key":"_p","hash":"h","text":"t"}],"importedFrom":"there","metadata":{"m":1},"file":"---\n---\nHi","labels":["l"],
        "createdAt":"2026-01-01T00:00:00Z","author":"me","note":"n","hash":"h"}
        """;

    private const string Turn = """
        {"prompt":"summarize","content":"Hi","variables":{"length":"short"},"resources":[{"kind":"text","id":"r","title":"t","text":"x","policy":"sticky","mediaType":"text/plain"}],"tools":["current_time"],"rules":[],"model":"test/model","parameters":{"temperature":0.1,"providerOptions":{"x":"y"},"budget":{"calls":3}},
        "onDisconnect":"continue","history":[{"role":"user","name":"n","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b"},{"type":"tool.call","callId":"c","name":"n","arguments":{}}]}],"system":{"text":"s","mode":"append"},"compose":"full","store":true,
        "restart":false,"queue":false,"clientTools":[{"name":"ct","description":"d","schema":{"type":"object"},"strict":true}],"onWait":"handOver","timeZone":"Europe/Rome","triggers":"on"}
        """;

    public static TheoryData<string, string, string> Bodies => new()
    {
        { "POST", "/api/prompts", Prompt },
        { "POST", "/api/prompts/validate", Prompt },
        { "POST", "/api/prompts/import", Prompt },
        { "PUT", "/api/prompts/odd/draft", Prompt },
        { "POST", "/api/turns/preview", $$"""{"prompt":{{Prompt}},"content":"Hi"}""" },
        { "POST", "/api/turns/preview", """{"prompt":{"id":"summarize","version":"1","overlay":{"model":"test/model","variables":[{"name":"a","type":"string"}]}},"content":"Hi"}""" },
        { "POST", "/api/turns/preview", Turn },
        { "POST", "/api/turns", Turn },
        { "POST", "/api/turns/preview", """{"content":"Hi","idempotencyKey":"k","externalIds":{"conversation":"c1","userMessage":"m1","run":"r1"},"conversation":"conv_x","parent":"turn_x","project":"kept","answers":[{"callId":"c","output":{"a":1},"isError":false,"approved":true,"reason":"r"}]}""" },
        { "POST", "/api/conversations", """{"prompt":"summarize","title":"t","variables":{"length":"short"},"parameters":{"temperature":1,"providerOptions":{"x":"y"}},"model":"test/model","tools":["t"],"rules":[],"resources":[{"kind":"text","id":"r","text":"x","policy":"once"}]}""" },
        { "POST", "/api/prompts/export", """{"keys":["summarize"],"tag":"a"}""" },
        { "POST", "/api/prompts/summarize/duplicate", """{"key":"copy","version":"1","author":"a"}""" },
        { "PUT", "/api/prompts/labelled/labels/live", """{"version":1,"force":false,"protected":false}""" },
        { "POST", "/api/rules", """{"id":"odd-rule","name":"odd","content":"Be {{a}}.","placement":"after","alwaysOn":false,"tags":["t"]}""" },
        { "PUT", "/api/rules/kept-rule", """{"name":"kept rule","content":"Be kind.","placement":"after","alwaysOn":false,"tags":["t"]}""" },
        { "POST", "/api/tags", """{"name":"odd-tag","description":"d","rules":["kept-rule"]}""" },
        { "PUT", "/api/tags/odd", """{"name":"odd","description":"d","rules":["kept-rule"]}""" },
        { "POST", "/api/projects", """{"id":"odd-project","name":"Odd","parent":"kept","system":{"text":"s","mode":"append"},"model":"test/model","parameters":{"temperature":1},"tools":["t"],"approval":{"t":"ask"},"rules":["kept-rule"],"tags":["odd"],"variables":{"a":"b"}}""" },
        { "PUT", "/api/projects/kept", """{"name":"Kept","system":{"text":"s","mode":"append"},"tools":["t"],"approval":{"t":"ask"},"rules":["kept-rule"],"tags":["odd"],"variables":{"a":"b"}}""" },
        { "PATCH", "/api/variables/user:odd", """{"a":"b","c":{"d":["e"]}}""" },
        { "POST", "/api/tools/servers", """{"name":"odd","transport":"http","url":"http://127.0.0.1:9/mcp","args":["a"],"env":{"A":"b"},"headers":{"a":"b"},"tools":["t"],"trusted":false}""" },
        { "POST", "/api/tools/calculate/call", """{"arguments":{"expression":"1+1"},"approved":true}""" },
        { "POST", "/api/triggers/complete", """{"text":"@.","caret":2}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_with_something_else_in_any_place_is_taken_or_refused(string method, string path, string body)
    {
        await PrepareAsync();
        var odd = Odd(JsonNode.Parse(body)!);
        var faults = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(odd, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (sent, _) =>
        {
            using var response = await shared.Server.SendAsync(new(method), path, sent);
            if ((int)response.StatusCode >= 500) faults.Add($"{(int)response.StatusCode}: {sent}");
            else if (sent.Contains(Half, StringComparison.Ordinal) && (int)response.StatusCode != 400) faults.Add($"{(int)response.StatusCode} for half an emoji: {sent}");
        });
        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("POST", "/api/turns/preview", """{"content":"\ud83d"}""", "content", "Line 1, column 12 of the body: A text is no Unicode: an emoji was cut in half")]
    [InlineData("POST", "/api/prompts", """{"key":"h","messages":[{"role":null,"content":"x"}]}""", "messages[0].role", "\"messages[0].role\" of the prompt must not be null.")]
    [InlineData("PUT", "/api/prompts/h/draft", """{"messages":[{"role":"user","content":[{"type":null,"text":"x"}]}]}""", "messages[0].content[0].type", "must not be null.")]
    [InlineData("POST", "/api/prompts/validate", """{"messages":[{"role":"user","content":"{{a}}"}],"variables":[{"name":null}]}""", "variables[0].name", "\"variables[0].name\" of the prompt must not be null.")]
    [InlineData("POST", "/api/prompts/export", """{"keys":[null]}""", "keys[0]", "\"keys[0]\" must be a text.")]
    [InlineData("POST", "/api/projects", """{"name":"P","tools":[null]}""", "tools[0]", "\"tools[0]\" must be a text.")]
    [InlineData("POST", "/api/projects", """{"name":"P","tags":[null]}""", "tags[0]", "must be a text.")]
    [InlineData("POST", "/api/conversations", """{"tools":["a",null]}""", "tools[1]", "must be a text.")]
    [InlineData("PATCH", "/api/conversations/conv_x", """{"tools":[null]}""", "tools[0]", "must be a text.")]
    [InlineData("POST", "/api/tools/servers", """{"name":"h","transport":"stdio","command":"x","args":[null]}""", "args[0]", "must be a text.")]
    [InlineData("POST", "/api/tools/servers", """{"name":"h","transport":"stdio","command":"x","env":{"A":null}}""", "env.A", "must be a text.")]
    [InlineData("POST", "/api/tools/servers", """{"name":"h","url":"http://h/","headers":{"a":null}}""", "headers.a", "must be a text.")]
    [InlineData("POST", "/api/rules", """{"name":"h"}""", "content", "the body lacks \"content\".")]
    [InlineData("POST", "/api/rules", """{"content":"h"}""", "name", "A rule needs a name")]
    [InlineData("POST", "/api/rules", """{"id":"r\n","name":"h","content":"x"}""", "id", "cannot be the id of a rule")]
    public async Task What_is_wrong_is_told_with_its_field(string method, string path, string body, string field, string says)
    {
        var refused = await shared.Server.RefusedAsync(shared.Server.SendAsync(new(method), path, body));
        Assert.Equal((400, "request_invalid", field), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/prompts/import", "Line 2, column 7: ',' is an invalid start of a value.")]
    [InlineData("/api/conversations/import", "Line 2, column 7 of the file: ',' is an invalid start of a value.")]
    public async Task A_file_that_is_no_json_is_told_where(string path, string says)
    {
        var refused = await shared.Server.RefusedAsync(shared.Server.CurlAsync(path, "{\n\"key\":,}"));
        Assert.Equal(400, refused.Status);
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1")]
    [InlineData("model,7")]
    public async Task Usage_is_summed_by_words_only(string by) => Assert.Equal(400, (int)(await shared.Server.SendAsync(HttpMethod.Get, "/api/usage?by=" + by)).StatusCode);

    private async Task PrepareAsync()
    {
        await shared.Server.SendAsync(HttpMethod.Post, "/api/rules", """{"id":"kept-rule","name":"kept rule","content":"Be kind."}""");
        await shared.Server.SendAsync(HttpMethod.Post, "/api/tags", """{"name":"odd","rules":["kept-rule"]}""");
        await shared.Server.SendAsync(HttpMethod.Post, "/api/projects", """{"id":"kept","name":"Kept"}""");
        await shared.Server.SendAsync(HttpMethod.Post, "/api/prompts", """{"key":"labelled","messages":[{"role":"user","content":"Hi."}]}""");
    }

    /// <summary>The body with each of its values, one after the other, in the place of which something else stands.</summary>
    private static IEnumerable<string> Odd(JsonNode body)
    {
        foreach (var place in Places(body, []).ToArray())
            foreach (var value in (string[])["null", $"\"{Mark}\"", "-1", "\"\"", "[]", "{}", "[null]"])
            {
                var copy = body.DeepClone();
                var parent = place[..^1].Aggregate(copy, (node, step) => step is int at ? node[at]! : node[(string)step]!);
                if (place[^1] is int index) parent[index] = JsonNode.Parse(value);
                else parent[(string)place[^1]] = JsonNode.Parse(value);
                yield return copy.ToJsonString().Replace(Mark, Half, StringComparison.Ordinal);
            }
    }

    private static IEnumerable<object[]> Places(JsonNode? node, object[] path)
    {
        if (path.Length > 0) yield return path;
        var inner = node switch { JsonObject members => members.Select(member => (Step: (object)member.Key, member.Value)), JsonArray items => items.Select((item, i) => (Step: (object)i, Value: item)), _ => [] };
        foreach (var (step, value) in inner)
            foreach (var place in Places(value, [.. path, step])) yield return place;
    }
}
