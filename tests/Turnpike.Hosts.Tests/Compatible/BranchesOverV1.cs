using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Responses that branch off: each branch goes on with the prompt that it was begun with.</summary>
public sealed class BranchesOverV1
{
    private const string Path = "/v1/responses";

    private static async Task<RunningServer> TwoVersionsAsync()
    {
        var server = new RunningServer();
        foreach (var text in (string[])["First.", "Second."])
            await server.Get<IPromptStore>().SaveAsync(new Prompt { Key = "k", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = text }] }] }, null, TestContext.Current.CancellationToken);
        return server;
    }

    private static async Task<string> AfterAsync(RunningServer server, string? previous, string? version, string prompt = "k")
    {
        var from = previous is null ? "" : $",\"previous_response_id\":\"{previous}\"";
        var named = version is null ? "" : $",\"prompt\":{{\"id\":\"{prompt}\",\"version\":\"{version}\"}}";
        return (await server.AnswerAsync(Path, $"{{\"model\":\"test/model\",\"input\":\"Hi\"{from}{named}}}")).Text("id")!;
    }

    [Fact]
    public async Task Go_on_with_their_own_prompt_whichever_was_answered_last()
    {
        await using var server = await TwoVersionsAsync();
        var a = await AfterAsync(server, null, "1");
        var b = await AfterAsync(server, a, null);
        Assert.Equal("system: First.", server.Model.Last.Transcript[0]);
        var c = await AfterAsync(server, a, "2");
        Assert.Equal("system: Second.", server.Model.Last.Transcript[0]);
        var d = await AfterAsync(server, b, null);
        Assert.Equal("system: First.", server.Model.Last.Transcript[0]);
        await AfterAsync(server, c, null);
        Assert.Equal("system: Second.", server.Model.Last.Transcript[0]);
        await AfterAsync(server, d, null);
        Assert.Equal("system: First.", server.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Of_which_one_has_no_prompt_that_one_stays_without()
    {
        await using var server = await TwoVersionsAsync();
        var a = await AfterAsync(server, null, null);
        await AfterAsync(server, a, "1");
        Assert.Equal("system: First.", server.Model.Last.Transcript[0]);
        await AfterAsync(server, a, null);
        Assert.Equal(["user: Hi", "assistant: ok", "user: Hi"], server.Model.Last.Transcript);
    }
}
