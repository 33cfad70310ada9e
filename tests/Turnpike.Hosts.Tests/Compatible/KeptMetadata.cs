using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Values for a prompt may come in <c>metadata</c>; they reach the prompt and are not kept or echoed with the rest of it.</summary>
public sealed class KeptMetadata
{
    private static string[] Names(JsonElement shown) => [.. shown.GetProperty("metadata").EnumerateObject().Select(member => member.Name)];

    [Fact]
    public async Task Values_in_metadata_reach_the_prompt_and_the_rest_of_it_is_kept_and_echoed()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Key = "p", Messages = [ChatCompletions.Line("system", "The token is {{apiToken}}.")], Variables = [new() { Name = "apiToken", Secret = true }] }, null, TestContext.Current.CancellationToken);
        var response = await server.AnswerAsync("/v1/responses", """{"input":"Hi","metadata":{"g":"x","prompt_id":"p","prompt_variables":"{\"apiToken\":\"s3cret\"}"}}""");
        Assert.Equal("system: The token is s3cret.", server.Model.Last.Transcript[0]);
        Assert.Equal(["g", "prompt_id"], Names(response));
        Assert.Equal(["g", "prompt_id"], Names(await server.GetJsonAsync("/v1/responses/" + response.Text("id"))));
        Assert.DoesNotContain("s3cret", await server.Client.GetStringAsync($"/api/turns/turn_{response.Text("id")!["resp_".Length..]}/events", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var stored = await server.AnswerAsync("/v1/chat/completions", """{"model":"prompt/p","store":true,"messages":[{"role":"user","content":"Hi"}],"metadata":{"g":"x","inputs":"{\"apiToken\":\"s3cret\"}"}}""");
        Assert.Equal("system: The token is s3cret.", server.Model.Last.Transcript[0]);
        Assert.Equal(["g"], Names(stored));
        Assert.Equal(["g"], Names(await server.GetJsonAsync("/v1/chat/completions/" + stored.Text("id"))));
        Assert.Equal(["g"], Names((await server.GetJsonAsync("/v1/chat/completions?metadata[g]=x")).GetProperty("data")[0]));
        var noted = await server.AnswerAsync("/v1/chat/completions/" + stored.Text("id"), """{"metadata":{"h":"y","prompt_variables":"{\"apiToken\":\"s3cret\"}"}}""");
        Assert.Equal(["h"], Names(noted));
    }
}
