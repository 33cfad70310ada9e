using System.Text.Json;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Whether what was said in a chat completion stays: the request says it, else the key, and a prompt may still say no.</summary>
public sealed class KeepingChats
{
    private const string Path = "/v1/chat/completions";
    private static readonly bool?[] Words = [null, true, false];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_kept_is_what_the_body_the_object_turnpike_the_prompt_and_the_key_say(bool stream)
    {
        await using var server = new RunningServer();
        var keys = new Dictionary<bool, string>();
        foreach (var keeps in (bool[])[true, false]) keys[keeps] = (await server.KeyAsync(new NewKey { Name = $"k{keeps}", Scopes = [Scopes.Admin, Scopes.Turns], Settings = new() { StoreChat = keeps } })).Secret;
        foreach (var said in Words) await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Key = Name(said), Variables = [], Messages = [ChatCompletions.Line("system", "Be brief.")], Store = said }, null, TestContext.Current.CancellationToken);

        foreach (var (body, native, prompt, keeps) in from body in Words from native in Words where body is null || native is null || body == native from prompt in Words from keeps in keys.Keys select (body, native, prompt, keeps))
        {
            var sent = $$"""{"model":"prompt/{{Name(prompt)}}","stream":{{Json(stream)}},"store":{{Json(body)}},"turnpike":{"store":{{Json(native)}} },"messages":[{"role":"user","content":"Private"}]}""";
            using var response = await server.WithAsync(keys[keeps], HttpMethod.Post, Path, sent);
            Assert.True(response.IsSuccessStatusCode, sent);
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var turn = (await server.AskAsync(keys[true], HttpMethod.Get, "/api/turns/" + response.Headers.GetValues("Turnpike-Turn").Single())).Body;
            var isKept = body ?? native ?? (keeps && prompt != false);
            Assert.Equal((sent, keeps, isKept ? "Private" : "", isKept ? "ok" : ""), (sent, keeps, turn.Text("content"), turn.Text("answer")));
            var listed = (await server.AskAsync(keys[true], HttpMethod.Get, Path + "?order=desc&limit=1")).Body.GetProperty("data").EnumerateArray().Select(one => one.Text("id")!);
            Assert.Equal((sent, isKept), (sent, listed.Contains("chatcmpl-" + turn.Text("id")!["turn_".Length..])));
        }
    }

    [Theory]
    [InlineData(Path, """ "messages":[{"role":"user","content":"Hi"}] """)]
    [InlineData("/v1/responses", """ "input":"Hi" """)]
    public async Task Two_that_say_different_things_are_refused(string path, string rest)
    {
        await using var server = new RunningServer();
        foreach (var (body, native) in ((string, string)[])[("true", "false"), ("false", "true")])
        {
            var error = await server.ErrorAsync(path, $$"""{"model":"test/model","store":{{body}},"turnpike":{"store":{{native}} },{{rest}}}""");
            Assert.Equal((400, "store"), (error.Status, error.Param));
        }
        Assert.Empty(server.Model.Requests);
    }

    private static string Name(bool? said) => "p_" + Json(said);

    private static string Json(bool? said) => JsonSerializer.Serialize(said);
}
