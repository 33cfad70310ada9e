namespace Turnpike.Hosts.Tests.Server;

/// <summary>A word of a body is one of those that there are: no number stands for it, and no other case.</summary>
public sealed class WordsOfBodies(SharedServer shared) : IClassFixture<SharedServer>
{
    public static TheoryData<string, string, string, string> Places => new()
    {
        { "/api/rules", """{"name":"w","content":"x","placement":?}""", "placement", "system, before, after" },
        { "/api/projects", """{"name":"w","system":{"text":"x","mode":?}}""", "system.mode", "append, replace" },
        { "/api/projects", """{"name":"w","approval":{"t":?}}""", "approval.t", "allow, ask, deny" },
        { "/api/prompts", """{"key":"w","messages":[{"role":"user","content":"x"}],"onDisconnect":?}""", "onDisconnect", "continue, cancel" },
        { "/api/prompts", """{"key":"w","messages":[{"role":"user","content":"x"}],"variables":[{"name":"a","type":?}]}""", "variables[0].type", "string, text, number" },
        { "/api/prompts", """{"key":"w","messages":[{"role":"user","content":"x"}],"variables":[{"name":"a","type":"list","itemType":?}]}""", "variables[0].itemType", "string, text, number" },
        { "/api/turns", """{"content":"x","onDisconnect":?}""", "onDisconnect", "continue, cancel" },
        { "/api/turns", """{"content":"x","onWait":?}""", "onWait", "wait, handOver" },
        { "/api/turns", """{"content":"x","compose":?}""", "compose", "full, transparent" },
        { "/api/turns", """{"content":"x","triggers":?}""", "triggers", "on, prompt, off" },
        { "/api/turns", """{"content":"x","system":{"text":"x","mode":?}}""", "system.mode", "append, replace" },
        { "/api/turns", """{"content":"x","resources":[{"kind":"text","text":"x","policy":?}]}""", "resources[0].policy", "once, sticky, refresh" },
        { "/api/turns/preview", """{"content":"x","prompt":{"messages":[{"role":"user","content":"x"}],"approval":{"t":?}}}""", "prompt.approval.t", "allow, ask, deny" },
        { "/api/conversations", """{"resources":[{"kind":"text","text":"x","policy":?}]}""", "resources[0].policy", "once, sticky, refresh" },
        { "/api/keys", """{"name":"w","settings":{"toolApproval":{"t":?}}}""", "settings.toolApproval.t", "allow, ask, deny" },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_word_that_there_is_not_is_refused_and_the_others_are_told(string path, string body, string field, string words)
    {
        var first = words.Split(", ")[0];
        foreach (var value in (string[])["0", "1", "7", "99", "\"0\"", "\"7\"", $"\" {first}\"", $"\"{words.Split(", ")[0]},{words.Split(", ")[1]}\"", $"\"{first.ToUpperInvariant()}\"", "true", "\"\""])
        {
            var refused = await shared.Server.RefusedAsync(shared.Server.CurlAsync(path, body.Replace("?", value, StringComparison.Ordinal)));
            Assert.Equal((400, "request_invalid", field), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
            Assert.Contains($"\"{field}\" must be one of {words}", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/api/turns/preview", """{"prompt":{"id":"summarize","overlay":{"onDisconnect":1}}}""", "must be one of continue, cancel.")]
    [InlineData("/v1/responses", """{"model":"test/model","input":"x","turnpike":{"onWait":7}}""", "must be one of wait, handOver.")]
    public async Task The_same_holds_for_overlays_and_for_what_other_faces_take(string path, string body, string says)
    {
        using var response = await shared.Server.CurlAsync(path, body);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains(says, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_members_role_is_a_word_too()
    {
        await shared.Server.CurlAsync("/api/projects", """{"id":"words","name":"Words"}""");
        var refused = await shared.Server.RefusedAsync(shared.Server.SendAsync(HttpMethod.Put, "/api/projects/words/members/ada", """{"role":4}"""));
        Assert.Equal((400, "role"), (refused.Status, refused.Body.GetProperty("field").GetString()));
        Assert.Contains("one of viewer, runner, editor, owner", refused.Detail, StringComparison.Ordinal);
    }
}
