using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What the members of a project may do, and what everybody else does not find.</summary>
public sealed class ProjectRoles
{
    /// <summary>Everything that a role decides: what is asked, the lowest role that may, what everybody else is told.</summary>
    private static readonly (string Name, ProjectRole Least, string Missing, Func<ProjectPlace, string, Task<(int Status, JsonElement Body)>> Ask)[] Deeds =
    [
        ("read the project", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}")),
        ("read what counts in it", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}/effective")),
        ("read its members", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}/members")),
        ("read its things", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/projects/{place.Project}/things")),
        ("read a conversation", ProjectRole.Viewer, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/conversations/{place.Conversation}")),
        ("read a conversation as OpenAI tells it", ProjectRole.Viewer, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/v1/conversations/{place.Conversation}")),
        ("read the turns", ProjectRole.Viewer, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/conversations/{place.Conversation}/turns")),
        ("read a turn", ProjectRole.Viewer, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/turns/{place.Turn}")),
        ("read a turn's trace", ProjectRole.Viewer, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/turns/{place.Turn}/trace")),
        ("read a turn as a response", ProjectRole.Viewer, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/v1/responses/{place.Turn.Replace("turn_", "resp_", StringComparison.Ordinal)}")),
        ("read a prompt", ProjectRole.Viewer, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, "/api/prompts/inside")),
        ("read a prompt's history", ProjectRole.Viewer, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, "/api/prompts/inside/versions")),
        ("read a prompt as Langfuse tells it", ProjectRole.Viewer, "", (place, key) => place.AskAsync(key, HttpMethod.Get, "/api/public/v2/prompts/inside")),
        ("read a rule", ProjectRole.Viewer, "rule_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/rules/{place.Rule}")),
        ("read a file", ProjectRole.Viewer, "file_not_found", (place, key) => place.AskAsync(key, HttpMethod.Get, $"/api/files/{place.File}")),
        ("preview a turn", ProjectRole.Viewer, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns/preview", new { content = "x", project = place.Project })),
        ("run a turn in the project", ProjectRole.Runner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", project = place.Project })),
        ("run a turn in a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", conversation = place.Conversation })),
        ("run a response in a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/v1/responses", new { model = "test/model", input = "x", conversation = place.Conversation })),
        ("run the prompt", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", prompt = "inside" })),
        ("run the prompt by its id", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", prompt = place.PromptId })),
        ("run the prompt as a chat completion", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/v1/chat/completions", new { model = "prompt/inside", messages = new[] { new { role = "user", content = "x" } } })),
        ("run the prompt as a response", ProjectRole.Runner, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/v1/responses", new { prompt = new { id = "inside" }, input = "x" })),
        ("start a conversation", ProjectRole.Runner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/conversations", new { project = place.Project })),
        ("rename a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Patch, $"/api/conversations/{place.Conversation}", new { title = "T" })),
        ("fork a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/conversations/{place.Conversation}/fork", new { turn = place.Turn })),
        ("cancel a turn", ProjectRole.Runner, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/turns/{place.Turn}/cancel")),
        ("regenerate a turn", ProjectRole.Runner, "turn_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/turns/{place.Turn}/regenerate", new { })),
        ("save the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, "/api/prompts/inside", new { messages = new[] { new { role = "system", content = Guid.NewGuid().ToString() } } })),
        ("draft the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, "/api/prompts/inside/draft", new { messages = new[] { new { role = "system", content = "D" } } })),
        ("label the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, "/api/prompts/inside/labels/staging", new { version = 1 })),
        ("save the rule", ProjectRole.Editor, "rule_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/rules/{place.Rule}", new { name = "inside", content = "R" })),
        ("save the project", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}", new { name = "Closed" })),
        ("put a project below", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, "/api/projects", new { name = "Below", parent = place.Project })),
        ("put a thing into it", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}/things/prompt/outside")),
        ("make a prompt inside", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/prompts?project={place.Project}", new { key = "made", messages = new[] { new { role = "system", content = "M" } } })),
        ("make a prompt inside by its key", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/prompts/made?project={place.Project}", new { messages = new[] { new { role = "system", content = "M" } } })),
        ("copy a prompt into it", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/prompts/outside/duplicate?project={place.Project}", new { key = "copied" })),
        ("draft a prompt inside", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/prompts/made/draft?project={place.Project}", new { messages = new[] { new { role = "system", content = "M" } } })),
        ("make a rule inside", ProjectRole.Editor, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Post, $"/api/rules?project={place.Project}", new { name = "made", content = "M" })),
        ("upload a file into it", ProjectRole.Editor, "project_not_found", (place, key) => place.UploadAsync(key, "?project=" + place.Project, "Made")),
        ("make a member", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}/members/new%20one", new { role = "viewer" })),
        ("take a member away", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/projects/{place.Project}/members/spare")),
        ("move the project", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Put, $"/api/projects/{place.Project}", new { name = "Closed", parent = place.Other })),
        ("delete a conversation", ProjectRole.Runner, "conversation_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/conversations/{place.Conversation}")),
        ("delete the file", ProjectRole.Editor, "file_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/files/{place.File}")),
        ("delete the rule", ProjectRole.Editor, "rule_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/rules/{place.Rule}")),
        ("archive the prompt", ProjectRole.Editor, "prompt_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, "/api/prompts/inside")),
        ("delete the project", ProjectRole.Owner, "project_not_found", (place, key) => place.AskAsync(key, HttpMethod.Delete, $"/api/projects/{place.Project}")),
    ];

    public static TheoryData<string> Names => [.. Deeds.Select(deed => deed.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Decide_what_a_member_may_do_and_what_does_not_exist_for_others(string name)
    {
        var deed = Deeds.Single(one => one.Name == name);
        await using var server = new RunningServer();
        var place = await ProjectPlace.MakeAsync(server);
        var stranger = await deed.Ask(place, place.Stranger);
        var gone = deed.Missing == "rule_not_found" ? 422 : 404; // as for a rule that nobody ever made
        Assert.True(stranger.Status == gone, $"a stranger: {stranger.Status} {stranger.Body}");
        if (deed.Missing.Length > 0) Assert.Contains(CodeOf(stranger.Body), (string[])[deed.Missing, "model_not_found", "not_found"]);
        Assert.Equal(gone, (await deed.Ask(place, place.Nobody)).Status);
        for (var role = ProjectRole.Viewer; role < deed.Least; role++)
        {
            var refused = await deed.Ask(place, place.Keys[role]);
            Assert.True(refused.Status == 403, $"{role}: {refused.Status} {refused.Body}");
            var message = refused.Body.GetRawText();
            Assert.Contains($"is {role.ToString().ToLowerInvariant()} of the project", message, StringComparison.Ordinal);
            Assert.Contains($"this takes {deed.Least.ToString().ToLowerInvariant()}", message, StringComparison.Ordinal);
        }
        var allowed = await deed.Ask(place, place.Keys[deed.Least]);
        Assert.True(allowed.Status is >= 200 and < 300, $"{deed.Least}: {allowed.Status} {allowed.Body}");
    }

    private static string? CodeOf(JsonElement body) => body.TryGetProperty("code", out var code) ? code.GetString() : body.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error.GetProperty("code").GetString() : null;
}
