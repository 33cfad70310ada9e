using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Tests of prompts travel with them, in our own file of many prompts.</summary>
public sealed class TestsInBundles
{
    private const string Tests = """{"labels":["production"],"cases":[{"name":"hi","content":"Hi","variables":{"who":"Al"},"expect":[{"contains":"ok"}]}]}""";

    private static async Task<RunningServer> ServerAsync(string? tests)
    {
        var server = new RunningServer();
        using var saved = await server.PostAsync("/api/prompts", new { key = "greet", variables = new[] { new { name = "who" } }, messages = new[] { new { role = "system", content = "Greet {{who}}." } } });
        Assert.Equal(201, (int)saved.StatusCode);
        using var plain = await server.PostAsync("/api/prompts", new { key = "plain", messages = new[] { new { role = "system", content = "S" } } });
        if (tests is null) return server;
        using var kept = await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", tests);
        Assert.Equal(200, (int)kept.StatusCode);
        return server;
    }

    private static async Task<JsonElement> LineAsync(RunningServer server, string file, string query = "")
    {
        using var imported = await server.SendAsync(HttpMethod.Post, "/api/prompts/import" + query, file);
        Assert.Equal(200, (int)imported.StatusCode);
        return (await server.JsonAsync(imported)).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("kind").GetString() == "tests");
    }

    private static string Outcome(JsonElement line) => $"{line.GetProperty("outcome").GetString()}: {string.Join(' ', line.GetProperty("details").EnumerateArray().Select(detail => detail.GetString()))}";

    [Fact]
    public async Task They_are_in_the_file_and_are_here_after_the_import_and_importing_twice_changes_nothing()
    {
        await using var one = await ServerAsync(Tests);
        using var exported = await one.SendAsync(HttpMethod.Post, "/api/prompts/export");
        var file = await exported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("greet", Assert.Single(JsonNode.Parse(file)!["tests"]!.AsArray())!["key"]!.GetValue<string>());
        using var alone = await one.SendAsync(HttpMethod.Get, "/api/prompts/plain/export", null, ("Accept", "application/json"));
        Assert.Null(JsonNode.Parse(await alone.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["tests"]);

        await using var other = new RunningServer();
        Assert.Equal("imported: ", Outcome(await LineAsync(other, file, "?dryRun=true")));
        Assert.Equal("imported: ", Outcome(await LineAsync(other, file)));
        var kept = await other.GetJsonAsync("/api/prompts/greet/tests");
        Assert.Equal((1, "production", "hi"), (kept.GetProperty("revision").GetInt32(), kept.GetProperty("labels")[0].GetString(), kept.GetProperty("cases")[0].GetProperty("name").GetString()));
        Assert.Equal("skipped: they are here already", Outcome(await LineAsync(other, file)));
        Assert.Equal(1, (await other.GetJsonAsync("/api/prompts/greet/tests")).GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task They_take_the_place_of_others_and_leave_secrets_and_what_is_wrong_behind()
    {
        await using var server = await ServerAsync(Tests);
        static string File(string prompts, string tests) => $$"""{"format":"turnpike.prompts","version":1,"prompts":[{{prompts}}],"tests":[{{tests}}]}""";
        Assert.Equal("imported: they take the place of revision 1", Outcome(await LineAsync(server, File("", """{"key":"greet","cases":[{"name":"other","expect":[{"contains":"x"}]}]}"""))));
        Assert.Equal("other", (await server.GetJsonAsync("/api/prompts/greet/tests")).GetProperty("cases")[0].GetProperty("name").GetString());
        Assert.StartsWith("skipped: cases[0].expect: ", Outcome(await LineAsync(server, File("", """{"key":"greet","cases":[{"name":"none"}]}"""))), StringComparison.Ordinal);
        Assert.Equal("skipped: There is no prompt \"nobody\".", Outcome(await LineAsync(server, File("", """{"key":"nobody","cases":[]}"""))));
        Assert.StartsWith("skipped: They are no tests: ", Outcome(await LineAsync(server, File("", """{"key":"greet","cass":[]}"""))), StringComparison.Ordinal);

        const string Keyed = """{"key":"keyed","variables":[{"name":"pass","secret":true}],"messages":[{"role":"system","content":"{{pass}}"}]}""";
        Assert.Equal("changed: case \"a\": its value for pass is left out, secrets are not imported", Outcome(await LineAsync(server, File(Keyed, """{"key":"keyed","cases":[{"name":"a","variables":{"pass":"hush"},"expect":[{"contains":"x"}]}]}"""))));
        Assert.DoesNotContain("hush", (await server.GetJsonAsync("/api/prompts/keyed/tests")).GetRawText(), StringComparison.Ordinal);
    }
}
