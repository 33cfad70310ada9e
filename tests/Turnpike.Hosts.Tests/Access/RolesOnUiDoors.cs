using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Roles at the doors of chat and agent user interfaces, refused in the words of each.</summary>
public sealed class RolesOnUiDoors
{
    private static string Chat(string id, string more = "") => $$"""{"id":"{{id}}","message":{"id":"u_{{Guid.NewGuid():N}}","role":"user","parts":[{"type":"text","text":"More"}]}{{more}}}""";

    private static string Run(string thread, string native = "", string before = "") => $$"""{"threadId":"{{thread}}","runId":"r_{{Guid.NewGuid():N}}","messages":[{{before}}{"id":"u_{{Guid.NewGuid():N}}","role":"user","content":"More"} ],"forwardedProps":{"turnpike":{ {{native}} } } }""";

    /// <summary>The same wishes at both doors: to go on in the conversation, to begin one in the project, to run the project's prompt.</summary>
    private static IEnumerable<(string Path, string Body, string Missing)> Wishes(ProjectPlace place) =>
    [
        ("/api/chat", Chat(place.Conversation), "conversation_not_found"),
        ("/api/chat", Chat(Guid.NewGuid().ToString(), $",\"project\":\"{place.Project}\""), "project_not_found"),
        ("/api/chat", Chat(Guid.NewGuid().ToString(), ",\"prompt\":\"inside\""), "prompt_not_found"),
        ("/api/agui", Run(place.Conversation, before: """{"id":"a1","role":"assistant","content":"Yes"},"""), "conversation_not_found"),
        ("/api/agui", Run(Guid.NewGuid().ToString(), $"\"project\":\"{place.Project}\""), "project_not_found"),
        ("/api/agui", Run(Guid.NewGuid().ToString(), "\"prompt\":\"inside\""), "prompt_not_found"),
    ];

    /// <summary>A refusal, read as clients of the door read it: plain text with the code in a header, or the vendor's error object.</summary>
    private static async Task<(int Status, string? Code, string Message)> RefusedAsync(HttpResponseMessage response, string path)
    {
        if (path != "/api/chat") return await FaceCalls.ErrorAsync(response) is var error ? (error.Status, error.Code, error.Message) : default;
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        return ((int)response.StatusCode, response.Headers.GetValues("Turnpike-Error").Single(), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Viewers_are_told_what_it_takes_and_no_model_is_asked()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var asked = server.Model.Requests.Count;
        foreach (var (path, body, _) in Wishes(place))
        {
            using var response = await server.WithAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Post, path, body);
            var (status, code, message) = await RefusedAsync(response, path);
            Assert.Equal((403, "forbidden"), (status, code));
            Assert.Contains("\"viewer\" is viewer of the project", message, StringComparison.Ordinal);
            Assert.Contains("this takes runner", message, StringComparison.Ordinal);
        }
        Assert.Equal(asked, server.Model.Requests.Count);
        Assert.Equal(1, (await place.AskAsync(place.Admin, HttpMethod.Get, $"/api/conversations/{place.Conversation}/turns")).Body.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Runners_run()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        foreach (var (path, body, missing) in Wishes(place))
        {
            using var response = await server.WithAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, path, body);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, text);
            var last = FaceCalls.Chunks(FaceCalls.Lines(text))[^1];
            Assert.Equal(path == "/api/chat" ? "finish" : "RUN_FINISHED", last.Text("type"));
            Assert.Equal("user: More", server.Model.Last.Transcript[^1]);
            Assert.Equal(missing == "conversation_not_found", server.Model.Last.Transcript.Contains("user: Planned"));
            Assert.Equal(missing == "prompt_not_found", server.Model.Last.Transcript.Contains("system: Be brief."));
        }
    }

    [Fact]
    public async Task For_others_nothing_of_it_is_there()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var asked = server.Model.Requests.Count;
        foreach (var key in (string[])[place.Stranger, place.Nobody])
        {
            foreach (var (path, body, missing) in Wishes(place))
            {
                using var response = await server.WithAsync(key, HttpMethod.Post, path, body);
                var (status, code, message) = await RefusedAsync(response, path);
                Assert.Equal((404, missing), (status, code));
                Assert.DoesNotContain("viewer", message, StringComparison.Ordinal);
            }
        }
        Assert.Equal(asked, server.Model.Requests.Count);
    }

    [Fact]
    public async Task What_was_said_before_elsewhere_is_brought_into_the_project_by_runners_only()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var chat = $$"""{"id":"before","project":"{{place.Project}}","messages":[{"id":"a","role":"user","parts":[{"type":"text","text":"Unheard-of"}]},{"id":"b","role":"assistant","parts":[{"type":"text","text":"Yes"}]},{"id":"c","role":"user","parts":[{"type":"text","text":"More"}]}]}""";
        var run = $$"""{"threadId":"before","runId":"r1","messages":[{"id":"a","role":"user","content":"Unheard-of"},{"id":"b","role":"assistant","content":"Yes"},{"id":"c","role":"user","content":"More"}],"forwardedProps":{"turnpike":{"project":"{{place.Project}}"} } }""";
        foreach (var (path, body) in ((string, string)[])[("/api/chat", chat), ("/api/agui", run)])
        {
            foreach (var (key, status) in ((string, int)[])[(place.Keys[ProjectRole.Viewer], 403), (place.Stranger, 404)])
            {
                using var refused = await server.WithAsync(key, HttpMethod.Post, path, body);
                Assert.Equal(status, (int)refused.StatusCode);
            }
        }
        Assert.Equal(0, (await place.AskAsync(place.Admin, HttpMethod.Get, "/api/conversations?query=unheard")).Body.GetProperty("data").GetArrayLength());
        using var taken = await server.WithAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/chat", chat);
        Assert.Equal(200, (int)taken.StatusCode);
        await taken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["user: Unheard-of", "assistant: Yes", "user: More"], server.Model.Last.Transcript);
        Assert.Equal(0, (await place.AskAsync(place.Stranger, HttpMethod.Get, "/api/conversations?query=unheard")).Body.GetProperty("data").GetArrayLength());
        Assert.Equal(1, (await place.AskAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, "/api/conversations?query=unheard")).Body.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_chat_is_read_by_members_only_and_stopped_by_runners_only()
    {
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var held = new Page.HeldAnswer("Half", " and whole.");
        server.Model.Answers(held.Stream);
        using var running = await server.WithAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, "/api/turns", $$"""{"content":"Go","conversation":"{{place.Conversation}}"}""", ("Prefer", "respond-async"));
        Assert.Equal(202, (int)running.StatusCode);
        var chat = "/api/chat/" + place.Conversation;
        async Task<int> StatusAsync(string key, HttpMethod method, string path)
        {
            using var response = await server.WithAsync(key, method, path);
            return (int)response.StatusCode;
        }

        Assert.Equal(200, await StatusAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, chat));
        Assert.Equal(404, await StatusAsync(place.Stranger, HttpMethod.Get, chat));
        Assert.Equal(200, await StatusAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, chat + "/stream"));
        Assert.Equal(204, await StatusAsync(place.Stranger, HttpMethod.Get, chat + "/stream")); // as for a chat that nothing runs in
        Assert.Equal(404, await StatusAsync(place.Stranger, HttpMethod.Post, chat + "/stop"));
        Assert.Equal(403, await StatusAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Post, chat + "/stop"));
        Assert.Equal(204, await StatusAsync(place.Keys[ProjectRole.Runner], HttpMethod.Post, chat + "/stop"));
        using var events = await server.WithAsync(place.Keys[ProjectRole.Viewer], HttpMethod.Get, $"/api/turns/{running.Headers.GetValues("Turnpike-Turn").Single()}/events");
        Assert.Contains("event: turn.cancelled", await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
