using System.Text.Json;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Tests of prompts: each case goes down the whole road, and labels that they hold move only to versions that pass.</summary>
public sealed class TestingPrompts
{
    private const string Greet = """{"key":"greet","messages":[{"role":"system","content":"You greet in {{language}}."}],"variables":[{"name":"language","type":"string","default":"English"}]}""";
    private const string Held = """{"labels":["production"],"cases":[{"name":"greets","content":"hi","expect":[{"contains":"Hello"}]}]}""";

    private static async Task<RunningServer> WithAsync(string? tests = null)
    {
        var server = new RunningServer();
        Assert.Equal(201, (int)(await server.CurlAsync("/api/prompts", Greet)).StatusCode);
        if (tests is not null) Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", tests)).StatusCode);
        return server;
    }

    private static async Task<JsonElement> RunAsync(RunningServer server, string body = "{}")
    {
        using var response = await server.CurlAsync("/api/prompts/greet/tests/run", body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await server.JsonAsync(response);
    }

    private static async Task<string[]> FailuresAsync(string expect, Action<RunningServer> script, string rest = "")
    {
        await using var server = await WithAsync($$"""{"cases":[{"name":"one","content":"hi","expect":[{{expect}}]{{rest}}}]}""");
        script(server);
        var report = await RunAsync(server);
        var result = report.GetProperty("results")[0];
        var failures = result.GetProperty("failures").EnumerateArray().Select(one => one.GetString()!).ToArray();
        Assert.Equal(failures.Length == 0, result.GetProperty("passed").GetBoolean());
        Assert.Equal(failures.Length == 0, report.GetProperty("passed").GetBoolean());
        return failures;
    }

    [Fact]
    public async Task A_case_goes_down_the_whole_road_and_only_its_usage_is_kept()
    {
        await using var server = await WithAsync("""{"cases":[{"name":"French","content":"@.params.seed 7; hi","variables":{"language":"French"},"resources":[{"kind":"text","title":"T","text":"notes"}],"parameters":{"temperature":0.2},"expect":[{"contains":"jour"},{"maxOutputTokens":2}]}]}""");
        server.Model.Says("Bon", "jour");
        var report = await RunAsync(server);
        Assert.Equal((true, true, 1, 1), (report.GetProperty("passed").GetBoolean(), report.GetProperty("counts").GetBoolean(), report.GetProperty("version").GetInt32(), report.GetProperty("revision").GetInt32()));
        var result = report.GetProperty("results")[0];
        Assert.Equal(("Bonjour", "test/model", 2), (result.GetProperty("answer").GetString(), result.GetProperty("model").GetString(), result.GetProperty("usage").GetProperty("outputTokens").GetInt32()));

        Assert.Equal("system: You greet in French.", server.Model.Last.Transcript[0]);
        Assert.Contains("notes", server.Model.Last.Transcript[1], StringComparison.Ordinal);
        Assert.StartsWith("user: hi", server.Model.Last.Transcript[1], StringComparison.Ordinal);
        Assert.Equal((0.2f, 7L), (server.Model.Last.Options.Temperature, server.Model.Last.Options.Seed));
        Assert.Equal(2, (await server.GetJsonAsync("/api/usage")).GetProperty("total").GetProperty("outputTokens").GetInt64());
        Assert.DoesNotContain("Bonjour", (await server.GetJsonAsync("/api/conversations")).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"contains":"nothing"}""", "The answer lacks \"nothing\".")]
    [InlineData("""{"notContains":"Hello"}""", "The answer has \"Hello\".")]
    [InlineData("""{"equal":"Hello"}""", "The answer is \"Hello there\", not \"Hello\".")]
    [InlineData("""{"matches":"^\\d+$"}""", "The answer does not match \"^\\d+$\".")]
    [InlineData("""{"json":true}""", "The answer is no JSON: \"Hello there\".")]
    [InlineData("""{"maxOutputTokens":1}""", "It took 2 output tokens; at most 1 were expected.")]
    [InlineData("""{"calls":"calculate"}""", "The tool \"calculate\" was not called.")]
    [InlineData("""{"sends":"in German"}""", "What is sent lacks \"in German\".")]
    [InlineData("""{"notSends":"in English"}""", "What is sent has \"in English\".")]
    [InlineData("""{"maxSeconds":0.000001}""", "It took ")]
    public async Task What_is_not_as_expected_is_told(string expect, string told)
    {
        var failures = await FailuresAsync(expect, server => server.Model.Answers((_, _) => Slow()));
        Assert.StartsWith(told, Assert.Single(failures), StringComparison.Ordinal);

        static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> Slow()
        {
            await Task.Yield();
            await foreach (var update in Turnpike.Tests.Scripted.ScriptedModel.Words("Hello ", "there")) yield return update;
        }
    }

    [Theory]
    [InlineData("""{"contains":"Hello"},{"notContains":"hello"},{"matches":"^Hel+o\\b"},{"maxOutputTokens":2},{"maxSeconds":60},{"notCalls":"calculate"},{"sends":"in English"},{"notSends":"{{"}""", "Hello ", "there")]
    [InlineData("""{"equal":" Hello there\n"}""", "Hello ", "there")]
    [InlineData("""{"json":{"type":"object","required":["city"]}}""", "{\"city\":\"Rome\"}")]
    public async Task What_is_as_expected_passes(string expect, params string[] words) => Assert.Empty(await FailuresAsync(expect, server => server.Model.Says(words)));

    [Fact]
    public async Task JSON_is_held_against_its_schema() =>
        Assert.Contains("\"city\"", Assert.Single(await FailuresAsync("""{"json":{"type":"object","required":["city"],"properties":{"city":{"type":"string"}}}}""", server => server.Model.Says("{\"town\":1}"))), StringComparison.Ordinal);

    [Fact]
    public async Task Tools_run_and_are_told()
    {
        Assert.Empty(await FailuresAsync("""{"calls":"calculate"},{"equal":"4"}""", server => server.Model.Calls("calculate", new() { ["expression"] = "2+2" }).Says("4"), ""","parameters":{"maxSteps":3}"""));
        Assert.Equal("The tool \"calculate\" was called.", Assert.Single(await FailuresAsync("""{"notCalls":"calculate"}""", server => server.Model.Calls("calculate", new() { ["expression"] = "2+2" }).Says("4"))));
    }

    [Fact]
    public async Task What_is_sent_is_tested_without_a_model()
    {
        await using var server = await WithAsync("""{"cases":[{"name":"sent","variables":{"language":"Dutch"},"content":"hi","expect":[{"sends":"You greet in Dutch."},{"notSends":"English"}]}]}""");
        var report = await RunAsync(server);
        Assert.True(report.GetProperty("passed").GetBoolean());
        Assert.Empty(server.Model.Requests);
        Assert.False(report.GetProperty("results")[0].TryGetProperty("answer", out _));
    }

    [Fact]
    public async Task A_turn_that_fails_or_does_not_begin_fails_its_case_alone()
    {
        await using var server = await WithAsync("""{"cases":[{"name":"a","content":"hi","model":"nope/model","expect":[{"contains":"x"}]},{"name":"b","content":"hi","expect":[{"contains":"ok"}]}]}""");
        var results = (await RunAsync(server)).GetProperty("results");
        Assert.Contains("model_unknown", results[0].GetProperty("failures")[0].GetString(), StringComparison.Ordinal);
        Assert.True(results[1].GetProperty("passed").GetBoolean());
        var failures = await FailuresAsync("""{"contains":"x"}""", model => model.Model.Answers((_, _) => Breaks()));
        Assert.StartsWith("The turn failed: provider_", Assert.Single(failures), StringComparison.Ordinal);

        static async IAsyncEnumerable<Microsoft.Extensions.AI.ChatResponseUpdate> Breaks()
        {
            yield return new(Microsoft.Extensions.AI.ChatRole.Assistant, "x");
            await Task.Yield();
            throw new IOException("broken");
        }
    }

    [Fact]
    public async Task A_held_label_moves_only_to_a_version_that_passes()
    {
        await using var server = await WithAsync(Held);
        server.Model.Says("Go away.");
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1}"""));
        Assert.Equal((422, "rejected"), (refused.Status, refused.Code));
        Assert.Contains("failed 1 of 1: \"greets\": The answer lacks \"Hello\".", refused.Detail, StringComparison.Ordinal);
        Assert.Empty((await server.GetJsonAsync("/api/prompts/greet/labels")).GetProperty("data").EnumerateArray());
        Assert.False((await server.GetJsonAsync("/api/prompts/greet/tests/report")).GetProperty("passed").GetBoolean());

        server.Model.Says("Hello!");
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1}""")).StatusCode);
        Assert.Equal(2, server.Model.Requests.Count);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/staging", """{"version":1}""")).StatusCode); // not held
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1}""")).StatusCode); // passed already
        Assert.Equal(2, server.Model.Requests.Count);

        await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", Held.Replace("Hello", "Welcome", StringComparison.Ordinal)); // what passed passed other tests
        server.Model.Says("Hello!");
        Assert.Equal("rejected", (await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1}"""))).Code);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1,"force":true}""")).StatusCode);
        Assert.Equal(3, server.Model.Requests.Count);
    }

    [Fact]
    public async Task A_key_runs_no_more_at_once_than_it_may_and_one_that_runs_no_turns_moves_no_held_label()
    {
        await using var server = await WithAsync("""{"labels":["production"],"cases":[{"name":"a","content":"hi","expect":[{"contains":"ok"}]},{"name":"b","content":"hi","expect":[{"contains":"ok"}]},{"name":"c","content":"hi","expect":[{"contains":"ok"}]}]}""");
        var writer = (await server.KeyAsync(new NewKey { Name = "writer", Scopes = [Scopes.PromptsRead, Scopes.PromptsWrite] })).Secret;
        using var refused = await server.WithAsync(writer, HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1}""");
        Assert.Equal((422, "rejected"), ((int)refused.StatusCode, (await server.JsonAsync(refused)).GetProperty("code").GetString()));
        Assert.Empty(server.Model.Requests);

        var one = (await server.KeyAsync(new NewKey { Name = "one", Scopes = [Scopes.Turns], Limits = new() { Concurrency = 1 } })).Secret;
        using var run = await server.WithAsync(one, HttpMethod.Post, "/api/prompts/greet/tests/run", "{}");
        var report = await server.JsonAsync(run);
        Assert.True(report.GetProperty("passed").GetBoolean(), report.GetRawText());
        Assert.Equal(3, server.Model.Requests.Count);
        using var moved = await server.WithAsync(writer, HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1}""");
        Assert.Equal(200, (int)moved.StatusCode);
    }

    [Fact]
    public async Task No_other_door_moves_a_held_label()
    {
        await using var server = await WithAsync(Held);
        using var created = await server.SendAsync(HttpMethod.Put, "/api/prompts/greet", Greet.Replace("You greet", "You mumble", StringComparison.Ordinal));
        var id = (await server.JsonAsync(created)).GetProperty("id").GetString();
        var saved = await server.SendAsync(HttpMethod.Put, $"/v1/prompts/{id}", """{"prompt":"Third.","variables":[],"version":2}""");
        Assert.Equal((400, "rejected"), ((int)saved.StatusCode, (await server.JsonAsync(saved)).GetProperty("error").GetProperty("code").GetString()));
        Assert.Empty(server.Model.Requests);
        var facade = await server.SendAsync(HttpMethod.Put, $"/v1/prompts/{id}/set-default-version", """{"version":2}""");
        Assert.Equal((400, "rejected"), ((int)facade.StatusCode, (await server.JsonAsync(facade)).GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal("system: You mumble in English.", Assert.Single(server.Model.Requests).Transcript[0]);
        using var imported = await server.CurlAsync("/api/prompts/import?labels=true", """{"format":"turnpike.prompts","version":1,"prompts":[{"key":"greet","messages":[{"role":"system","content":"Third."}],"labels":["production"]}]}""");
        Assert.Equal(3, (await server.GetJsonAsync("/api/prompts/greet?label=latest")).GetProperty("version").GetInt32());
        Assert.Contains("has passed its tests", (await server.JsonAsync(imported)).GetRawText(), StringComparison.Ordinal);
        Assert.Empty((await server.GetJsonAsync("/api/prompts/greet/labels")).GetProperty("data").EnumerateArray());
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_held_label_is_not_taken_away()
    {
        await using var server = await WithAsync();
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1}""")).StatusCode);
        await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/staging", """{"version":1}""");
        await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", Held);
        await server.SendAsync(HttpMethod.Put, "/api/prompts/greet", Greet.Replace("You greet", "You mumble", StringComparison.Ordinal));
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Delete, "/api/prompts/greet/labels/production"));
        Assert.Equal((422, "rejected", "label"), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        Assert.Contains("the newest version would be served, tested or not", refused.Detail, StringComparison.Ordinal);
        await server.TurnAsync(new { prompt = "greet", content = "hi" });
        Assert.Equal("system: You greet in English.", server.Model.Last.Transcript[0]);

        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, "/api/prompts/greet/labels/staging")).StatusCode); // not held
        Assert.Equal("production", Assert.Single((await server.GetJsonAsync("/api/prompts/greet/labels")).GetProperty("data").EnumerateArray()).GetProperty("label").GetString());
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, "/api/prompts/greet/labels/production?force=true")).StatusCode);
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, "/api/prompts/greet/labels/production")).StatusCode); // names nothing: harmless
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Put, "/api/prompts/greet/labels/production", """{"version":1,"force":true}""")).StatusCode);
        var writer = (await server.KeyAsync(new NewKey { Name = "writer", Scopes = [Scopes.PromptsRead, Scopes.PromptsWrite] })).Secret;
        using var forbidden = await server.WithAsync(writer, HttpMethod.Delete, "/api/prompts/greet/labels/production?force=true");
        Assert.Equal(403, (int)forbidden.StatusCode);
    }

    [Fact]
    public async Task A_run_of_some_cases_or_with_another_model_or_of_an_unsaved_object_counts_for_no_label()
    {
        await using var server = await WithAsync("""{"labels":["production"],"cases":[{"name":"a","content":"hi","expect":[{"contains":"ok"}]},{"name":"b","content":"hi","expect":[{"sends":"English"}]}]}""");
        foreach (var body in (string[])["""{"cases":["a"]}""", """{"model":"test/model"}""", """{"prompt":{"messages":[{"role":"system","content":"English"}]}}"""])
        {
            var report = await RunAsync(server, body);
            Assert.Equal((true, false), (report.GetProperty("passed").GetBoolean(), report.GetProperty("counts").GetBoolean()));
        }
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts/greet/tests/report"))).Status);
        var unknown = await server.RefusedAsync(server.CurlAsync("/api/prompts/greet/tests/run", """{"cases":["aa"]}"""));
        Assert.Equal((400, "cases"), (unknown.Status, unknown.Body.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("""{"cases":[{"name":"","expect":[{"contains":"x"}]}]}""", "cases[0].name")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"contains":"x"}]},{"name":"a","expect":[{"contains":"x"}]}]}""", "cases[1].name")]
    [InlineData("""{"cases":[{"name":"a","expect":[]}]}""", "cases[0].expect")]
    [InlineData("""{"cases":[null]}""", "cases[0]")]
    [InlineData("""{"cases":[{"name":"a","expect":[{}]}]}""", "cases[0].expect[0]")]
    [InlineData("""{"cases":[{"name":"a","expect":[null]}]}""", "cases[0].expect[0]")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"contains":"x","equal":"y"}]}]}""", "cases[0].expect[0]")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"contains":""}]}]}""", "cases[0].expect[0]")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"maxSeconds":0}]}]}""", "cases[0].expect[0]")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"matches":"("}]}]}""", "cases[0].expect[0].matches")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"matches":"(a)\\1"}]}]}""", "cases[0].expect[0].matches")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"json":{"type":7}}]}]}""", "cases[0].expect[0].json")]
    [InlineData("""{"cases":[{"name":"a","expect":[{"json":"x"}]}]}""", "cases[0].expect[0].json")]
    [InlineData("""{"labels":["production"]}""", "cases")]
    [InlineData("""{"labels":["latest"],"cases":[{"name":"a","expect":[{"contains":"x"}]}]}""", "labels[0]")]
    public async Task Tests_that_cannot_be_run_are_refused_by_their_member(string tests, string field)
    {
        await using var server = await WithAsync();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", tests));
        Assert.Equal((400, "request_invalid", field), (refused.Status, refused.Code, refused.Body.GetProperty("field").GetString()));
        Assert.Equal(0, (await server.GetJsonAsync("/api/prompts/greet/tests")).GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_value_for_a_secret_is_not_kept_in_tests()
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", """{"key":"greet","messages":[{"role":"system","content":"{{token}}"}],"variables":[{"name":"token","type":"string","secret":true}]}""");
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", """{"cases":[{"name":"a","variables":{"token":"s3cret"},"expect":[{"contains":"x"}]}]}"""));
        Assert.Equal((422, "variable_invalid"), (refused.Status, refused.Code));
        Assert.DoesNotContain("s3cret", refused.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_kept_once_for_key_and_id_and_guarded_by_their_revision()
    {
        await using var server = await WithAsync();
        var id = (await server.GetJsonAsync("/api/prompts/greet")).GetProperty("id").GetString();
        using var saved = await server.SendAsync(HttpMethod.Put, $"/api/prompts/{id}/tests", Held, ("If-Match", "\"0\""));
        Assert.Equal(("\"1\"", "greet"), (saved.Headers.ETag!.Tag, (await server.JsonAsync(saved)).GetProperty("key").GetString()));
        Assert.Equal(412, (await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/greet/tests", Held, ("If-Match", "\"0\"")))).Status);
        Assert.Equal(204, (int)(await server.SendAsync(HttpMethod.Delete, "/api/prompts/greet/tests")).StatusCode);
        Assert.Equal(0, (await server.GetJsonAsync("/api/prompts/greet/tests")).GetProperty("cases").GetArrayLength());
        Assert.Equal(404, (await server.RefusedAsync(server.SendAsync(HttpMethod.Put, "/api/prompts/gret/tests", Held))).Status);
        Assert.Equal(400, (await server.RefusedAsync(server.CurlAsync("/api/prompts/greet/tests/run", "{}"))).Status);
    }

    [Fact]
    public async Task The_command_line_sets_runs_and_is_held_by_them()
    {
        await using var server = await WithAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Held, TestContext.Current.CancellationToken);
            Task<CommandLine.Ended> RunAsync(params string[] args) => CommandLine.RunAsync([.. args, "--server", server.Client.BaseAddress!.ToString()]);
            Assert.Equal((0, "1 case, revision 1, holding production\n"), await RunAsync("prompts", "tests", "greet", "--set", file) is var set ? (set.Code, set.Out) : default);
            server.Model.Says("Go away.").Says("Hello!");
            var failed = await RunAsync("prompts", "test", "greet");
            Assert.Equal(1, failed.Code);
            Assert.Contains("The answer lacks \"Hello\".", failed.Out, StringComparison.Ordinal);
            Assert.EndsWith("greet@1: 0 of 1 passed\n", failed.Out, StringComparison.Ordinal);
            Assert.Equal(0, (await RunAsync("prompts", "label", "greet", "production", "1")).Code);
            Assert.Equal(0, (await RunAsync("prompts", "tests", "greet", "--remove")).Code);
            Assert.Contains("\"cases\":[]", (await RunAsync("prompts", "tests", "greet")).Out, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
