using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>The ids of an imported file are not made here: they open nothing that its importer does not see.</summary>
public sealed class RolesInImports
{
    private const string Import = "/api/conversations/import";

    private static object LiteChat(string said, bool withProject = true) => new
    {
        version = 1,
        projects = withProject ? new[] { new { id = "p1", name = "Trip", systemPrompt = said } } : [],
        rules = new[] { new { id = "r1", name = "House", content = said, type = "system" } },
    };

    private static object Own(string conversation, string head, params (string Id, string? Parent)[] turns) => new
    {
        turnpike = 1,
        conversation = new { id = conversation, head },
        turns = turns.Select(turn => new { id = turn.Id, conversation, parent = turn.Parent, status = "completed", content = "Q", cleanedContent = "Q", answer = "A", model = "test/model", createdAt = "2026-01-01T10:00:00Z", endedAt = "2026-01-01T10:00:01Z" }),
    };

    private static async Task<string> KeyAsync(RunningServer server, string? user) =>
        (await server.KeyAsync(new NewKey { Name = user ?? "nobody", User = user, Scopes = [Scopes.Turns, Scopes.Conversations, Scopes.PromptsWrite] })).Secret;

    [Fact]
    public async Task A_second_importer_of_the_same_settings_gets_no_project_and_changes_nothing()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var (ann, bob, nobody) = (await KeyAsync(server, "ann"), await KeyAsync(server, "bob"), await KeyAsync(server, null));
        var (made, report) = await server.AskAsync(ann, HttpMethod.Post, Import, LiteChat("Be good."));
        Assert.Equal((200, 2), (made, report.GetProperty("imported").GetInt32()));
        var ids = report.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("kind").GetString()!, item => item.GetProperty("id").GetString()!);
        Assert.Equal(200, (await server.AskAsync(ann, HttpMethod.Put, $"/api/projects/{ids["project"]}/things/rule/{ids["rule"]}")).Status);
        var before = await StateAsync();

        foreach (var key in (string[])[bob, nobody])
        {
            foreach (var (file, status, code) in ((object, int, string)[])[(LiteChat("EVIL"), 404, "project_not_found"), (LiteChat("EVIL", withProject: false), 422, "rule_not_found")])
            {
                foreach (var query in (string[])["", "?dryRun=true"])
                {
                    var refused = await server.AskAsync(key, HttpMethod.Post, Import + query, file);
                    Assert.Equal((status, code), (refused.Status, refused.Body.GetProperty("code").GetString()));
                }
            }
            Assert.Equal(404, (await server.AskAsync(key, HttpMethod.Get, $"/api/projects/{ids["project"]}")).Status);
            Assert.Equal("rule_not_found", (await server.AskAsync(key, HttpMethod.Get, $"/api/rules/{ids["rule"]}")).Body.GetProperty("code").GetString());
        }

        Assert.Equal(before, await StateAsync());
        Assert.Equal(0, (await server.AskAsync(ann, HttpMethod.Post, Import, LiteChat("Changed"))).Body.GetProperty("imported").GetInt32());
        Assert.Equal(before, await StateAsync());

        async Task<string> StateAsync()
        {
            var state = "";
            foreach (var path in (string[])[$"/api/projects/{ids["project"]}", $"/api/projects/{ids["project"]}/members", $"/api/rules/{ids["rule"]}"])
            {
                var (shown, body) = await server.AskAsync(admin, HttpMethod.Get, path);
                Assert.Equal(200, shown);
                state += body.GetRawText();
            }
            return state;
        }
    }

    [Fact]
    public async Task A_turn_that_answers_to_a_hidden_one_begins_a_branch_of_its_own()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var (status, report) = await place.AskAsync(place.Stranger, HttpMethod.Post, Import, Own("conv_evil1", place.Turn, ("turn_evil1", place.Turn)));
        Assert.Equal((200, "changed changed"), (status, string.Join(' ', report.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("outcome").GetString()))));
        Assert.Contains(place.Turn, report.GetRawText(), StringComparison.Ordinal);

        var shown = (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/conversations/conv_evil1/turns?branches=true")).Body.GetProperty("data");
        Assert.Equal("turn_evil1", Assert.Single(shown.EnumerateArray()).GetProperty("id").GetString());
        var preview = await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/turns/preview", new { conversation = "conv_evil1", content = "x" });
        Assert.Equal(200, preview.Status);
        Assert.DoesNotContain("Planned", preview.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(200, (await place.AskAsync(place.Stranger, HttpMethod.Post, "/api/turns", new { content = "Read", resources = new[] { new { kind = "conversation", @ref = "conv_evil1" } } })).Status);
        Assert.DoesNotContain(server.Model.Last.Transcript, line => line.Contains("Planned", StringComparison.Ordinal));
        Assert.Contains(server.Model.Last.Transcript, line => line.Contains("user: Q", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_with_the_ids_of_a_hidden_conversation_writes_nothing_there()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var before = await StateAsync();
        foreach (var (file, code) in ((object, string)[])
        [
            (Own(place.Conversation, "turn_evil1", ("turn_evil1", null)), "conversation_not_found"),
            (Own("conv_evil1", place.Turn, (place.Turn, null), ("turn_evil1", place.Turn)), "turn_not_found"),
        ])
        {
            foreach (var query in (string[])["?dryRun=true", ""])
            {
                var refused = await place.AskAsync(place.Stranger, HttpMethod.Post, Import + query, file);
                Assert.Equal((404, code), (refused.Status, refused.Body.GetProperty("code").GetString()));
            }
        }
        Assert.Equal(403, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Post, Import, Own("conv_evil2", place.Turn, (place.Turn, null), ("turn_evil2", place.Turn)))).Status);
        Assert.Equal(before, await StateAsync());
        foreach (var path in (string[])["/api/turns/turn_evil1", "/api/turns/turn_evil2", "/api/conversations/conv_evil1", "/api/conversations/conv_evil2"]) Assert.Equal(404, (await place.AskAsync(place.Admin, HttpMethod.Get, path)).Status);

        async Task<string> StateAsync() => (await place.AskAsync(place.Admin, HttpMethod.Get, $"/api/conversations/{place.Conversation}")).Body.GetRawText() + (await place.AskAsync(place.Admin, HttpMethod.Get, $"/api/conversations/{place.Conversation}/export")).Body.GetRawText();
    }

    [Fact]
    public async Task A_fork_that_left_its_project_shows_no_turn_of_it()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var runner = place.Keys[ProjectRole.Runner];
        var fork = (await place.AskAsync(runner, HttpMethod.Post, $"/api/conversations/{place.Conversation}/fork")).Body.GetProperty("id").GetString();
        var own = (await place.AskAsync(runner, HttpMethod.Post, "/api/turns", new { conversation = fork, content = "Mine" })).Body.GetProperty("id").GetString()!;
        Assert.Equal(200, (await place.AskAsync(runner, HttpMethod.Patch, $"/api/conversations/{fork}", new { project = place.Other })).Status);

        Assert.Equal([place.Turn, own], await PathAsync(runner));
        Assert.Equal([own], await PathAsync(place.Stranger));
        foreach (var (key, isSent) in ((string, bool)[])[(runner, true), (place.Stranger, false)])
        {
            Assert.Equal(200, (await place.AskAsync(key, HttpMethod.Post, "/api/turns", new { conversation = fork, content = "Go on" })).Status);
            Assert.Equal(isSent, server.Model.Last.Transcript.Contains("user: Planned"));
            Assert.Contains("user: Mine", server.Model.Last.Transcript);
        }
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/conversations/{fork}/turns?turn={place.Turn}")).Status);

        async Task<string[]> PathAsync(string key)
        {
            var data = (await place.AskAsync(key, HttpMethod.Get, $"/api/conversations/{fork}/turns?branches=true")).Body.GetProperty("data");
            Assert.All(data.EnumerateArray(), turn => Assert.Equal(1, turn.GetProperty("siblings").GetArrayLength()));
            return [.. data.EnumerateArray().Select(turn => turn.GetProperty("id").GetString()!)];
        }
    }

    [Fact]
    public async Task A_fork_comes_back_to_the_turns_that_it_went_on_from()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var runner = place.Keys[ProjectRole.Runner];
        var fork = (await place.AskAsync(runner, HttpMethod.Post, $"/api/conversations/{place.Conversation}/fork")).Body.GetProperty("id").GetString();
        Assert.Equal(200, (await place.AskAsync(runner, HttpMethod.Post, "/api/turns", new { conversation = fork, content = "Mine" })).Status);
        var file = (await place.AskAsync(runner, HttpMethod.Get, $"/api/conversations/{fork}/export")).Body;
        Assert.Equal(204, (await place.AskAsync(runner, HttpMethod.Delete, $"/api/conversations/{fork}")).Status);
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Post, Import, file)).Status);
        Assert.Equal(404, (await place.AskAsync(place.Admin, HttpMethod.Get, $"/api/conversations/{fork}")).Status);
        Assert.Equal(200, (await place.AskAsync(runner, HttpMethod.Post, Import, file)).Status);
        Assert.Equal(JsonText(file), JsonText((await place.AskAsync(runner, HttpMethod.Get, $"/api/conversations/{fork}/export")).Body));
        Assert.Equal(404, (await place.AskAsync(place.Stranger, HttpMethod.Get, $"/api/conversations/{fork}")).Status);

        static string JsonText(JsonElement export) => export.GetProperty("turns").GetRawText();
    }
}
