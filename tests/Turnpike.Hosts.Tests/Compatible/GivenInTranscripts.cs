using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Mcp;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Items that a client gave without asking a model stand in every transcript of their conversation, beside what was said in turns.</summary>
public sealed class GivenInTranscripts
{
    private static async Task<string> GivenAsync(RunningServer server)
    {
        var id = (await server.AnswerAsync("/v1/conversations", """
            {"items":[{"role":"system","content":"Be kind."},{"role":"user","content":"I live in Oslo."},{"role":"assistant","content":"Nice."},{"role":"user","content":"The password is Bluebird."}]}
            """)).Text("id")!;
        var items = (await server.GetJsonAsync($"/v1/conversations/{id}/items?order=asc")).GetProperty("data").EnumerateArray().Select(item => item.Text("id")!).ToArray();
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{id}/items/{items[^1]}")).StatusCode);
        server.Model.Says("In Oslo.");
        await server.AnswerAsync("/v1/responses", $$"""{"conversation":"{{id}}","model":"test/model","input":"Where?"}""");
        return id;
    }

    [Fact]
    public async Task For_people()
    {
        await using var server = new RunningServer();
        var id = await GivenAsync(server);
        var exported = await server.Client.GetStringAsync($"/api/conversations/{id}/export?format=markdown", TestContext.Current.CancellationToken);
        Assert.EndsWith("\n\n## System\n\nBe kind.\n\n## You\n\nI live in Oslo.\n\n## Assistant\n\nNice.\n\n## You\n\nWhere?\n\n## test/model\n\nIn Oslo.\n", exported, StringComparison.Ordinal);
        Assert.DoesNotContain("Bluebird", exported, StringComparison.Ordinal);
        var shown = await CommandLine.RunAsync(["conversations", "show", id, "--server", server.Client.BaseAddress!.ToString()]);
        Assert.Contains("> system: Be kind.\n\n> I live in Oslo.\n\nNice.\n", shown.Out, StringComparison.Ordinal);
        var served = await new McpClientOf(server, modern: true).ResultAsync("resources/read", new() { ["uri"] = $"turnpike://conversations/{id}" });
        Assert.EndsWith("\n**System**\n\nBe kind.\n\n**User**\n\nI live in Oslo.\n\n**Assistant**\n\nNice.\n\n**User**\n\nWhere?\n\n**Assistant**\n\nIn Oslo.\n", (string?)served["contents"]![0]!["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_models()
    {
        await using var server = new RunningServer();
        var id = await GivenAsync(server);
        const string Told = "system: Be kind.\n\nuser: I live in Oslo.\n\nassistant: Nice.\n\nuser: Where?\n\nassistant: In Oslo.";
        await server.TurnAsync(new { content = "Read", resources = new[] { new { kind = "conversation", @ref = id } } });
        Assert.Contains(Told, server.Model.Last.Transcript[0], StringComparison.Ordinal);
        server.Model.Says("They spoke of Oslo.");
        Assert.Equal(201, (int)(await server.PostAsync($"/api/conversations/{id}/compact", new { keep = 0 })).StatusCode);
        Assert.Equal($"user: {Told}\n\n", server.Model.Last.Transcript[1]);
    }

    [Fact]
    public async Task Messages_that_came_with_a_turn_stand_before_it_and_are_told_once()
    {
        await using var server = new RunningServer();
        server.Model.Says("In Oslo.").Says("Since May.").Says("They spoke of Oslo.");
        const string Given = """{"role":"user","content":"I live in Oslo."},{"role":"assistant","content":"Nice."},{"role":"user","content":"Where?"}""";
        using var begun = await server.CurlAsync("/v1/chat/completions", $$"""{"model":"test/model","store":true,"messages":[{{Given}}]}""");
        var id = begun.Headers.GetValues("Turnpike-Conversation").Single();
        using var gone = await server.CurlAsync("/v1/chat/completions", $$"""{"model":"test/model","store":true,"turnpike":{"conversation":"{{id}}"},"messages":[{{Given}},{"role":"assistant","content":"In Oslo."},{"role":"user","content":"Since when?"}]}""");
        Assert.Equal((200, id), ((int)gone.StatusCode, gone.Headers.GetValues("Turnpike-Conversation").Single()));
        Assert.Equal(5, server.Model.Last.Messages.Count);

        var exported = await server.Client.GetStringAsync($"/api/conversations/{id}/export?format=markdown", TestContext.Current.CancellationToken);
        Assert.EndsWith("\n\n## You\n\nI live in Oslo.\n\n## Assistant\n\nNice.\n\n## You\n\nWhere?\n\n## test/model\n\nIn Oslo.\n\n## You\n\nSince when?\n\n## test/model\n\nSince May.\n", exported, StringComparison.Ordinal);
        var shown = (await CommandLine.RunAsync(["conversations", "show", id, "--server", server.Client.BaseAddress!.ToString()])).Out.Split('\n').Where(line => line.Length > 0 && line[0] != '─');
        Assert.Equal(["> I live in Oslo.", "Nice.", "> Where?", "In Oslo.", "> Since when?", "Since May."], shown);
        var served = await new McpClientOf(server, modern: true).ResultAsync("resources/read", new() { ["uri"] = $"turnpike://conversations/{id}" });
        Assert.EndsWith("\n**User**\n\nI live in Oslo.\n\n**Assistant**\n\nNice.\n\n**User**\n\nWhere?\n\n**Assistant**\n\nIn Oslo.\n\n**User**\n\nSince when?\n\n**Assistant**\n\nSince May.\n", (string?)served["contents"]![0]!["text"], StringComparison.Ordinal);
        Assert.Equal(201, (int)(await server.PostAsync($"/api/conversations/{id}/compact", new { keep = 0 })).StatusCode);
        Assert.Equal("user: user: I live in Oslo.\n\nassistant: Nice.\n\nuser: Where?\n\nassistant: In Oslo.\n\nuser: Since when?\n\nassistant: Since May.\n\n", server.Model.Last.Transcript[1]);
    }

    [Fact]
    public async Task A_list_that_says_something_else_is_told_from_where_it_does()
    {
        await using var server = new RunningServer();
        var first = (await server.TurnAsync(new { content = "One", history = new[] { new { role = "user", content = "A" }, new { role = "assistant", content = "B" } } })).GetProperty("conversation").GetString();
        await server.TurnAsync(new { conversation = first, content = "Two", history = new[] { new { role = "user", content = "A" }, new { role = "assistant", content = "C" } } });
        var exported = await server.Client.GetStringAsync($"/api/conversations/{first}/export?format=markdown", TestContext.Current.CancellationToken);
        Assert.EndsWith("\n\n## You\n\nA\n\n## Assistant\n\nB\n\n## You\n\nOne\n\n## test/model\n\nok\n\n## Assistant\n\nC\n\n## You\n\nTwo\n\n## test/model\n\nok\n", exported, StringComparison.Ordinal);
        var shown = (await CommandLine.RunAsync(["conversations", "show", first!, "--server", server.Client.BaseAddress!.ToString()])).Out.Split('\n').Where(line => line.Length > 0 && line[0] != '─');
        Assert.Equal(["> A", "B", "> One", "ok", "C", "> Two", "ok"], shown);
    }
}
