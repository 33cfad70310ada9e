using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Postgres;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>What comes of requests that arrive together, on both databases.</summary>
public sealed class AtTheSameTime
{
    public static TheoryData<string> Databases => ["SQLite", "PostgreSQL"];

    private static RunningServer Open(string database) => database == "SQLite" ? new() : new(null, ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewMigratedDatabase()));

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task First_turns_under_one_id_of_a_client_that_may_wait_make_one_conversation(string database)
    {
        await using var server = Open(database);
        var turns = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => server.TurnAsync(new { content = $"Q{i}", queue = true, externalIds = new { conversation = "chat" } })));
        var conversation = Assert.Single(turns.Select(turn => turn.GetProperty("conversation").GetString()).Distinct());
        Assert.Equal(conversation, Assert.Single(await DataAsync(server, "/api/conversations")).GetProperty("id").GetString());
        Assert.Equal(["Q0", "Q1", "Q2", "Q3", "Q4", "Q5"], (await DataAsync(server, $"/api/conversations/{conversation}/turns")).Select(turn => turn.GetProperty("content").GetString()).Order());
        Assert.Equal(11, server.Model.Last.Messages.Count(message => message.Role != ChatRole.System)); // all that was said
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Of_first_turns_under_one_id_of_a_client_one_begins_the_conversation_and_the_others_are_refused(string database)
    {
        await using var server = Open(database);
        var go = new TaskCompletionSource();
        server.Model.Answers((_, stop) => WordsAsync(go.Task, stop));
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => server.SendAsync(HttpMethod.Post, "/api/turns", JsonSerializer.Serialize(new { content = $"Q{i}", externalIds = new { conversation = "chat" } }), ("Prefer", "respond-async"))));
        Assert.Equal([202, 409, 409, 409, 409, 409], answers.Select(answer => (int)answer.StatusCode).Order());
        foreach (var refused in answers.Where(answer => (int)answer.StatusCode == 409)) Assert.Equal("conversation_busy", (await server.JsonAsync(refused)).GetProperty("code").GetString());
        go.SetResult();
        var begun = answers.Single(answer => (int)answer.StatusCode == 202).Headers.GetValues("Turnpike-Turn").Single();
        Assert.Contains("event: turn.completed", await server.Client.GetStringAsync($"/api/turns/{begun}/events", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(await DataAsync(server, "/api/conversations"));
        Assert.Single(server.Model.Requests);
        foreach (var answer in answers) answer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Items_that_are_given_are_all_kept(string database)
    {
        await using var server = Open(database);
        using var made = await server.PostAsync("/v1/conversations", new { });
        var path = $"/v1/conversations/{(await server.JsonAsync(made)).GetProperty("id").GetString()}/items";
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => server.PostAsync(path, new { items = new[] { new { type = "message", role = "user", content = $"I{i}" } } })));
        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"I{i}"), (await DataAsync(server, path + "?limit=100")).Select(item => item.GetProperty("content")[0].GetProperty("text").GetString()).Order());
        foreach (var answer in answers) answer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_fork_that_is_made_while_its_conversation_is_deleted_goes_on_or_is_refused(string database)
    {
        await using var server = Open(database);
        for (var i = 0; i < 20; i++)
        {
            var turn = await server.TurnAsync(new { content = "Hi" });
            var source = turn.GetProperty("conversation").GetString();
            var (forking, deleting) = (server.PostAsync($"/api/conversations/{source}/fork", new { turn = turn.GetProperty("id").GetString() }), server.SendAsync(HttpMethod.Delete, $"/api/conversations/{source}"));
            using var deleted = await deleting;
            Assert.Equal(204, (int)deleted.StatusCode);
            using var forked = await forking;
            if ((int)forked.StatusCode != 201)
            {
                Assert.Equal(404, (int)forked.StatusCode);
                continue;
            }
            var fork = (await server.JsonAsync(forked)).GetProperty("id").GetString();
            await server.TurnAsync(new { content = "And now?", conversation = fork });
            Assert.Equal(["user: Hi", "assistant: ok", "user: And now?"], server.Model.Last.Transcript);
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_conversation_and_its_fork_that_are_deleted_leave_no_turn_behind(string database)
    {
        await using var server = Open(database);
        for (var i = 0; i < 20; i++)
        {
            var turn = await server.TurnAsync(new { content = "Hi" });
            var source = turn.GetProperty("conversation").GetString();
            using var forked = await server.PostAsync($"/api/conversations/{source}/fork", new { });
            var fork = (await server.JsonAsync(forked)).GetProperty("id").GetString();
            foreach (var answer in await Task.WhenAll(((string?[])[source, fork]).Select(id => server.SendAsync(HttpMethod.Delete, $"/api/conversations/{id}")))) Assert.Equal(204, (int)answer.StatusCode);
            var gone = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, $"/api/turns/{turn.GetProperty("id").GetString()}"));
            Assert.Equal((404, "turn_not_found"), (gone.Status, gone.Code));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Two_owners_who_leave_do_not_both_go(string database)
    {
        await using var server = Open(database);
        using var made = await server.PostAsync("/api/projects", new { name = "Docs" });
        var path = $"/api/projects/{(await server.JsonAsync(made)).GetProperty("id").GetString()}/members";
        for (var i = 0; i < 20; i++)
        {
            foreach (var (user, role) in ((string, string)[])[("ann", "owner"), ("bob", "owner"), ("carol", "viewer")])
                (await server.SendAsync(HttpMethod.Put, $"{path}/{user}", $$"""{"role":"{{role}}"}""")).EnsureSuccessStatusCode();
            var answers = await Task.WhenAll(((string[])["ann", "bob"]).Select(user => server.SendAsync(HttpMethod.Delete, $"{path}/{user}")));
            Assert.Equal([204, 400], answers.Select(answer => (int)answer.StatusCode).Order());
            Assert.Single(await DataAsync(server, path), member => member.GetProperty("role").GetString() == "owner");
        }
    }

    private static async Task<List<JsonElement>> DataAsync(RunningServer server, string path)
    {
        var page = await server.GetJsonAsync(path);
        return [.. (page.ValueKind == JsonValueKind.Array ? page : page.GetProperty("data")).EnumerateArray()];
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "one");
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, " two");
    }
}
