using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

public sealed class OldVersions
{
    [Fact]
    public async Task A_key_of_one_prompt_goes_on_with_a_version_that_lies_behind_a_thousand_newer_ones()
    {
        await using var server = new RunningServer();
        var store = server.Get<IPromptStore>();
        for (var version = 1; version <= 1002; version++) await store.SaveAsync(new() { Key = "support", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = $"Version {version}." }] }] }, null, TestContext.Current.CancellationToken);
        await store.LabelAsync("support", "production", 1, evenProtected: true, TestContext.Current.CancellationToken);
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Prompts = ["support"] })).Secret;
        var (status, turn) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { prompt = "support", content = "Hi" });
        Assert.Equal((200, "system: Version 1."), (status, server.Model.Last.Transcript[0]));
        (status, turn) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { conversation = turn.GetProperty("conversation").GetString(), content = "And?" });
        Assert.Equal((200, "system: Version 1."), (status, server.Model.Last.Transcript[0]));
    }
}
