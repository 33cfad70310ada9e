using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Compatible;

public sealed class ChatCompletions
{
    private const string Path = "/v1/chat/completions";

    [Fact]
    public async Task A_completion_has_every_member_that_clients_read()
    {
        await using var server = new RunningServer();
        server.Model.Says("Yes, ", "after noon.");
        using var response = await server.PostJsonAsync(Path, """{"model":"test/model","messages":[{"role":"user","content":"Will it rain?"}]}""");
        var answer = await server.JsonAsync(response);
        var turn = response.Headers.GetValues("Turnpike-Turn").Single();
        Assert.Equal("chatcmpl-" + turn["turn_".Length..], answer.Text("id"));
        Assert.Equal(("chat.completion", "test/model", "default"), (answer.Text("object"), answer.Text("model"), answer.Text("service_tier")));
        var choice = answer.GetProperty("choices")[0];
        Assert.Equal(("Yes, after noon.", "stop"), (choice.GetProperty("message").Text("content"), choice.Text("finish_reason")));
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("refusal").ValueKind);
        Assert.False(choice.GetProperty("message").TryGetProperty("tool_calls", out _));
        Assert.Equal(12, answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.False(answer.TryGetProperty("turnpike", out _));
        Assert.StartsWith("req_", response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_a_role_the_words_the_end_the_usage_and_DONE()
    {
        await using var server = new RunningServer();
        server.Model.Says("Yes");
        var lines = await server.LinesAsync(Path, """{"model":"test/model","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal("[DONE]", lines[^1]);
        var chunks = FaceCalls.Chunks(lines);
        Assert.Equal("""{"role":"assistant","content":"","refusal":null}""", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal("Yes", string.Concat(chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray()).Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() : "")));
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].Text("finish_reason"));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.Equal(11, chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Single(chunks.Select(chunk => chunk.Text("id")).Distinct());
    }

    [Fact]
    public async Task Usage_is_told_only_to_those_who_ask()
    {
        await using var server = new RunningServer();
        var lines = await server.LinesAsync(Path, """{"model":"test/model","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.All(FaceCalls.Chunks(lines), chunk => Assert.False(chunk.TryGetProperty("usage", out _)));
    }

    [Fact]
    public async Task The_list_reaches_the_model_as_it_is()
    {
        await using var server = new RunningServer();
        await server.AnswerAsync(Path, """
            {"model":"test/model","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"One"},{"role":"assistant","content":"1"},
             {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"two"},
             {"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]}]}
            """);
        var messages = server.Model.Last.Messages;
        Assert.Equal(["system: Be brief.", "user: One"], server.Model.Last.Transcript.Take(2));
        Assert.Equal("c1", messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single().CallId);
        Assert.Equal("c1", messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Single().CallId);
        Assert.Equal("Look", messages[^1].Contents.OfType<TextContent>().First().Text);
        Assert.Equal("https://example.org/a.png", messages[^1].Contents.OfType<UriContent>().Single().Uri.OriginalString);
    }

    [Fact]
    public async Task Parameters_reach_the_provider()
    {
        await using var server = new RunningServer();
        await server.AnswerAsync(Path, """
            {"model":"test/model","messages":[{"role":"user","content":"Hi"}],"temperature":0.2,"top_p":0.5,"frequency_penalty":0.1,"presence_penalty":-0.1,"seed":7,"stop":["x"],"max_tokens":9,"max_completion_tokens":10,
             "reasoning_effort":"low","verbosity":"high","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}},"web_search_options":{},"logit_bias":{"1":2}}
            """);
        var options = server.Model.Last.Options;
        Assert.Equal((0.2f, 0.5f, 0.1f, -0.1f, 7L, 10), (options.Temperature, options.TopP, options.FrequencyPenalty, options.PresencePenalty, options.Seed, options.MaxOutputTokens));
        Assert.Equal(["x"], options.StopSequences!);
        Assert.Equal("n", Assert.IsType<ChatResponseFormatJson>(options.ResponseFormat).SchemaName);
        Assert.Equal(("low", "high", true), (options.AdditionalProperties!["turnpike.reasoningEffort"], options.AdditionalProperties["turnpike.verbosity"], options.AdditionalProperties["turnpike.webSearch"]));
        Assert.Equal("""{"logit_bias":{"1":2}}""", options.AdditionalProperties["turnpike.providerOptions"]!.ToString()!.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Members_that_only_some_providers_have_are_dropped_with_a_warning_where_they_are_not_taken()
    {
        await using var server = new RunningServer(services => services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = ["temperature", "prompt_cache_key"] }));
        using var response = await server.PostJsonAsync(Path, """{"model":"test/model","messages":[{"role":"user","content":"Hi"}],"logit_bias":{"1":2},"prompt_cache_key":"k","prompt_cache_retention":"24h","turnpike":{}}""");
        Assert.Equal("""{"prompt_cache_key":"k"}""", ((JsonObject)server.Model.Last.Options.AdditionalProperties!["turnpike.providerOptions"]!).ToJsonString());
        Assert.Equal("2", response.Headers.GetValues("Turnpike-Warnings").Single());
        Assert.Equal(["logit_bias", "prompt_cache_retention"], (await server.JsonAsync(response)).GetProperty("turnpike").GetProperty("warnings").EnumerateArray().Select(warning => warning.Text("message")!.Split('"')[3]));
    }

    [Fact]
    public async Task A_prompt_runs_as_a_model()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(Guide, null, TestContext.Current.CancellationToken);
        using var response = await server.PostJsonAsync(Path, """{"model":"prompt/guide","prompt_variables":{"city":"Rome"},"messages":[{"role":"system","content":"Rhyme."},{"role":"user","content":"Hi"}]}""");
        var answer = await server.JsonAsync(response);
        Assert.Equal(["system: Answer as a guide to Rome.\n\nRhyme.", "user: Visitor says:\n\nHi"], server.Model.Last.Transcript);
        Assert.Equal("guide@1", response.Headers.GetValues("Turnpike-Prompt").Single());
        Assert.StartsWith("tp_", answer.Text("system_fingerprint"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_the_list_again_gets_what_a_kept_conversation_gets()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(Guide, null, TestContext.Current.CancellationToken);
        var first = await server.TurnAsync(new { prompt = "guide", variables = new { city = "Rome" }, content = "One" });
        await server.TurnAsync(new { conversation = first.Text("conversation"), content = "Two" });
        var kept = server.Model.Last.Transcript;
        await server.AnswerAsync(Path, """{"model":"prompt/guide","inputs":{"city":"Rome"},"messages":[{"role":"user","content":"One"},{"role":"assistant","content":"ok"},{"role":"user","content":"Two"}]}""");
        Assert.Equal(kept, server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Triggers_stay_text_unless_the_prompt_asks_for_them()
    {
        await using var server = new RunningServer();
        await server.AnswerAsync(Path, """{"model":"test/model","messages":[{"role":"user","content":"@.params.temp 0.3; Hi"}]}""");
        Assert.Equal("user: @.params.temp 0.3; Hi", server.Model.Last.Transcript[^1]);
        await server.Get<IPromptStore>().SaveAsync(Guide with { Key = "open", Triggers = "on" }, null, TestContext.Current.CancellationToken);
        await server.AnswerAsync(Path, """{"model":"prompt/open","inputs":{"city":"Rome"},"messages":[{"role":"user","content":"@.params.temp 0.3; Hi"}]}""");
        Assert.Equal(0.3f, server.Model.Last.Options.Temperature);
        await server.AnswerAsync(Path, """{"model":"prompt/open","inputs":{"city":"Rome"},"turnpike":{"triggers":"off"},"messages":[{"role":"user","content":"@.params.temp 0.3; Hi"}]}""");
        Assert.Null(server.Model.Last.Options.Temperature);
    }

    [Fact]
    public async Task A_request_without_a_prompt_is_transparent()
    {
        await using var server = new RunningServer(null, ("Turnpike:Turns:System", "Base text."));
        await server.PostAsync("/api/rules", new { name = "always", content = "Always.", alwaysOn = true, placement = "system" });
        await server.AnswerAsync(Path, """{"model":"test/model","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal(["user: Hi"], server.Model.Last.Transcript);
        await server.TurnAsync(new { content = "Hi" });
        Assert.Equal("system: Base text.\n\nAlways.", server.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task What_is_not_stored_is_gone_when_it_has_ended_but_its_usage_stays()
    {
        await using var server = new RunningServer();
        using var response = await server.PostJsonAsync(Path, """{"model":"test/model","messages":[{"role":"user","content":"A secret"}]}""");
        Assert.Equal("ok", (await server.JsonAsync(response)).GetProperty("choices")[0].GetProperty("message").Text("content"));
        var turn = await server.GetJsonAsync("/api/turns/" + response.Headers.GetValues("Turnpike-Turn").Single());
        Assert.Equal(("", ""), (turn.Text("content"), turn.Text("answer")));
        Assert.Equal(0, turn.GetProperty("messages").GetArrayLength());
        Assert.Equal(10, turn.GetProperty("usage").GetProperty("inputTokens").GetInt32());
    }

    [Fact]
    public async Task What_is_stored_can_be_read_and_deleted()
    {
        await using var server = new RunningServer();
        var made = await server.AnswerAsync(Path, """{"model":"test/model","store":true,"metadata":{"a":"b"},"messages":[{"role":"user","content":"Hi"}]}""");
        var read = await server.GetJsonAsync($"{Path}/{made.Text("id")}");
        Assert.Equal(made.GetRawText(), read.GetRawText());
        Assert.Equal("b", read.GetProperty("metadata").Text("a"));
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"{Path}/{made.Text("id")}");
        Assert.True((await server.JsonAsync(deleted)).GetProperty("deleted").GetBoolean());
        using var gone = await server.SendAsync(HttpMethod.Get, $"{Path}/{made.Text("id")}");
        Assert.Equal(404, (await FaceCalls.ErrorAsync(gone)).Status);
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_same_turn()
    {
        await using var server = new RunningServer();
        const string Body = """{"model":"test/model","store":true,"messages":[{"role":"user","content":"Hi"}]}""";
        using var first = await server.PostJsonAsync(Path, Body, ("Idempotency-Key", "k1"));
        using var second = await server.PostJsonAsync(Path, Body, ("Idempotency-Key", "k1"));
        Assert.Equal(first.Headers.GetValues("Turnpike-Turn").Single(), second.Headers.GetValues("Turnpike-Turn").Single());
        var conflict = await server.ErrorAsync(Path, Body.Replace("Hi", "Ho", StringComparison.Ordinal), ("Idempotency-Key", "k1"));
        Assert.Equal((409, "idempotency_conflict", null), (conflict.Status, conflict.Code, conflict.Param));
    }

    [Fact]
    public async Task The_object_turnpike_brings_native_fields_and_asks_for_native_members()
    {
        await using var server = new RunningServer();
        var answer = await server.AnswerAsync(Path, """{"model":"test/model","messages":[{"role":"user","content":"Hi"}],"turnpike":{"parameters":{"temperature":0.4},"tools":["current_time"]}}""");
        Assert.Equal(0.4f, server.Model.Last.Options.Temperature);
        Assert.NotEmpty(server.Model.Last.Options.Tools!);
        Assert.StartsWith("turn_", answer.GetProperty("turnpike").Text("turn"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_are_listed_with_prompts_and_found_with_encoded_slashes()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(Guide with { Key = "trips/guide" }, null, TestContext.Current.CancellationToken);
        await server.Get<IPromptStore>().LabelAsync("trips/guide", "production", 1, TestContext.Current.CancellationToken);
        var ids = (await server.GetJsonAsync("/v1/models")).GetProperty("data").EnumerateArray().Select(model => model.Text("id")).ToArray();
        Assert.Contains("test/model", ids);
        Assert.Contains("prompt/trips/guide", ids);
        Assert.Contains("prompt/trips/guide@production", ids);
        foreach (var path in (string[])["prompt%2Ftrips%2Fguide@production", "prompt/trips/guide@production", "prompt/trips%2Fguide", "test%2Fmodel"])
            Assert.Equal(path.Replace("%2F", "/", StringComparison.Ordinal), (await server.GetJsonAsync("/v1/models/" + path)).Text("id"));
        using var unknown = await server.SendAsync(HttpMethod.Get, "/v1/models/prompt%2Fnothing");
        Assert.Equal((404, "model_not_found"), (await FaceCalls.ErrorAsync(unknown)) is var error ? (error.Status, error.Code) : default);
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/v1/models/test%2Fmodel");
        Assert.Equal(403, (int)deleted.StatusCode);
    }

    internal static Prompt Guide => new()
    {
        Key = "guide",
        Messages = [Line("system", "Answer as a guide to {{city}}."), Line("user", "Visitor says:")],
        Variables = [new() { Name = "city", Required = true }],
    };

    internal static PromptMessage Line(string role, string text) => new() { Role = role, Content = [new() { Type = "text", Text = text }] };
}
