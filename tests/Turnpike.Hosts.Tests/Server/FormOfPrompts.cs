using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Variables;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What a prompt object must be is asked at every door, and the served schema says the same.</summary>
public sealed class FormOfPrompts
{
    private const string Sound = """{"messages":[{"role":"user","content":"x"}]}""";

    private static string With(string members)
    {
        var prompt = JsonNode.Parse(Sound)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject()) prompt[name] = value?.DeepClone();
        return prompt.ToJsonString();
    }

    [Theory]
    [InlineData("""{"triggers":"OFF"}""", "triggers", "\"triggers\" of the prompt is \"OFF\"; it must be \"on\" or \"off\". Did you mean \"off\"?")]
    [InlineData("""{"triggers":""}""", "triggers", "it must be \"on\" or \"off\".")]
    [InlineData("""{"system":"merge"}""", "system", "it must be \"append\" or \"replace\".")]
    [InlineData("""{"system":"REPLACE"}""", "system", "Did you mean \"replace\"?")]
    [InlineData("""{"output":{"format":"JSON"}}""", "output.format", "Did you mean \"json\"?")]
    [InlineData("""{"output":{"format":"xml"}}""", "output.format", "it must be \"json\" or \"text\".")]
    [InlineData("""{"messages":[{"role":"history","content":"x"},{"role":"user","content":"q"}]}""", "messages[0].content", "the place of the history")]
    [InlineData("""{"body":"BODY"}""", "body", "either \"messages\" or \"body\"")]
    [InlineData("""{"resources":[{"kind":"note","text":"A","url":"https://x/y"}]}""", "resources", "exactly one of")]
    public async Task A_member_that_is_not_what_it_must_be_is_refused_at_every_door_and_nothing_is_sent(string members, string field, string says)
    {
        await using var server = new RunningServer();
        await server.PostAsync("/api/prompts", new { key = "here", messages = new[] { new { role = "user", content = "x" } } });
        var written = With(members);
        var keyed = $$"""{"key":"bad",{{written.AsSpan(1)}}""";
        (string Path, HttpMethod Method, string Body)[] doors =
        [
            ("/api/prompts", HttpMethod.Post, keyed),
            ("/api/prompts/here", HttpMethod.Put, written),
            ("/api/turns", HttpMethod.Post, $$"""{"prompt":{{written}},"content":"hi"}"""),
            ("/api/turns/preview", HttpMethod.Post, $$"""{"prompt":{{written}},"content":"hi"}"""),
            ("/api/turns", HttpMethod.Post, $$$"""{"prompt":{"id":"here","overlay":{{{members}}}},"content":"hi"}"""),
        ];
        foreach (var (path, method, body) in doors)
        {
            var refused = await server.RefusedAsync(server.SendAsync(method, path, body));
            Assert.True((400, "request_invalid") == (refused.Status, refused.Code), $"{method} {path}: {refused.Status} {refused.Code} {refused.Detail}");
            Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
            Assert.EndsWith(field, refused.Body.GetProperty("field").GetString(), StringComparison.Ordinal);
        }
        var review = await server.JsonAsync(await server.CurlAsync("/api/prompts/validate", written));
        Assert.False(review.GetProperty("valid").GetBoolean());
        Assert.Contains(review.GetProperty("issues").EnumerateArray(), issue => issue.GetProperty("path").GetString()!.StartsWith(field, StringComparison.Ordinal));
        Assert.Empty(server.Model.Requests);
        await server.TurnAsync(new { prompt = "here", content = "hi" });
        Assert.Equal(["user: x\n\nhi"], server.Model.Last.Transcript);
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"messages":[{"role":"wizard","content":"x"}]}""", false)]
    [InlineData("""{"messages":[{"role":"developer","content":"x"},{"role":"history"}]}""", true)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"sound"}]}]}""", false)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text"}]}]}""", false)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"media"}]}]}""", false)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"media","url":"https://x/y.png","mediaType":"image/png"}]}]}""", true)]
    [InlineData("""{"messages":[{"role":"user","content":null}]}""", true)]
    [InlineData("""{"messages":null}""", false)]
    [InlineData("""{"messages":null,"body":"Hi"}""", true)]
    [InlineData("""{"parameters":{"temperature":"hot"}}""", false)]
    [InlineData("""{"parameters":{"temperature":3}}""", false)]
    [InlineData("""{"parameters":{"maxOutputTokens":1.5}}""", false)]
    [InlineData("""{"parameters":{"bogus":1}}""", false)]
    [InlineData("""{"parameters":{"max_tokens":5,"stop":["END"],"toolChoice":"auto","reasoningEffort":"low","webSearch":true,"seed":null,"responseFormat":{"type":"json_object"},"budget":{"calls":3}}}""", true)]
    [InlineData("""{"parameters":null}""", true)]
    [InlineData("""{"variables":[{"name":"1 a"}]}""", false)]
    [InlineData("""{"variables":[{"name":"a","locked":"planet"}]}""", false)]
    [InlineData("""{"variables":[{"name":"a","input":"wheel"}]}""", false)]
    [InlineData("""{"variables":[{"name":"a","maxLength":-1}]}""", false)]
    [InlineData("""{"variables":[{"name":"a","type":"enum","options":["x",1],"locked":"project","input":"radio","maxLength":0}]}""", true)]
    [InlineData("""{"variables":null,"tags":null,"tools":null,"rules":null,"fallback":null,"resources":null}""", true)]
    [InlineData("""{"key":"a b?#"}""", false)]
    [InlineData("""{"key":"mail/größe/日本.v2"}""", true)]
    [InlineData("""{"triggers":"OFF"}""", false)]
    [InlineData("""{"triggers":"off","system":"replace","output":{"format":"json","schema":{"type":"object"}}}""", true)]
    [InlineData("""{"triggers":null,"system":null,"output":{"format":null}}""", true)]
    [InlineData("""{"system":"merge"}""", false)]
    [InlineData("""{"output":{"format":"xml"}}""", false)]
    [InlineData("""{"nonsense":1}""", false)]
    public async Task The_schema_takes_what_saving_takes(string members, bool isTaken)
    {
        await using var server = new RunningServer();
        var prompt = With(members);
        if (!prompt.Contains("\"key\"", StringComparison.Ordinal)) prompt = $$"""{"key":"a",{{prompt.AsSpan(1)}}""";
        var faults = JsonSchemaCheck.Check(await server.GetJsonAsync("/api/schemas/prompt"), JsonElement.Parse(prompt));
        using var saved = await server.CurlAsync("/api/prompts", prompt);
        Assert.True(isTaken == saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(isTaken == (faults.Count == 0), string.Join(' ', faults));
    }
}
