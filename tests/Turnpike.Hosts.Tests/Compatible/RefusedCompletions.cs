using System.Text.Json;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Turns;
using static Turnpike.Hosts.Tests.Compatible.ChatCompletions;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Completions that are not made, in the vendor's words.</summary>
public sealed class RefusedCompletions
{
    private const string Path = "/v1/chat/completions";

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"n":2}""", "unsupported_value", "n")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"functions":[]}""", "unsupported_parameter", "functions")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"custom"}]}""", "unsupported_value", "tools[0].type")]
    [InlineData("""{"messages":[{"role":"function","content":"Hi"}]}""", "unsupported_value", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"video"}]}]}""", "unsupported_value", "messages[0].content[0].type")]
    [InlineData("""{"messages":[{"role":"tool","tool_call_id":"c9","content":"x"}]}""", "tool_call_unknown", "messages[0].tool_call_id")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"temperature":3}""", "parameter_invalid", "temperature")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"reasoning_effort":"huge"}""", "parameter_invalid", "reasoning_effort")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"tool_choice":"maybe"}""", "unsupported_value", "tool_choice")]
    [InlineData("""{"messages":[]}""", "content_missing", "messages")]
    [InlineData("""{"messages":"Hi"}""", "request_invalid", "messages")]
    [InlineData("""{}""", "request_invalid", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"metadata":{"a":1}}""", "request_invalid", "metadata.a")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"model":"a/b","turnpike":{"model":"a/c"}}""", "request_invalid", "model")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"turnpike":{"triggers":"on"}}""", "request_invalid", "turnpike.triggers")]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"model":"prompt/a","prompt_id":"b"}""", "request_invalid", "prompt_id")]
    public async Task What_is_not_taken_is_refused_with_the_field(string body, string code, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(Path, body);
        Assert.Equal((400, code, param), (error.Status, error.Code, error.Param));
    }

    [Fact]
    public async Task Unknown_fields_are_passed_over_and_named_in_a_header()
    {
        await using var server = new RunningServer();
        using var chat = await server.PostJsonAsync(Path, """{"model":"test/model","logprobs":true,"service_tier":"auto","novelty":1,"messages":[{"role":"user","content":"Hi","novelty":2}]}""");
        Assert.Equal((200, "logprobs, service_tier, novelty"), ((int)chat.StatusCode, chat.Headers.GetValues("Turnpike-Ignored").Single()));
        using var response = await server.PostJsonAsync("/v1/responses", """{"model":"test/model","input":"Hi","moderation":{},"temperature":0.5}""");
        Assert.Equal((200, "moderation"), ((int)response.StatusCode, response.Headers.GetValues("Turnpike-Ignored").Single()));
        using var longName = await server.PostJsonAsync(Path, $$"""{"model":"test/model","{{new string('n', 100_000)}}":true,"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal((200, new string('n', 100) + "..."), ((int)longName.StatusCode, longName.Headers.GetValues("Turnpike-Ignored").Single()));
    }

    [Fact]
    public async Task An_unknown_model_is_the_vendors_error()
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(Path, """{"model":"nobody/nothing","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal((404, "model_not_found", "model"), (error.Status, error.Code, error.Param));
        var missing = await server.ErrorAsync(Path, """{"model":"prompt/nothing","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal((404, "prompt_not_found", "model"), (missing.Status, missing.Code, missing.Param));
    }

    [Fact]
    public async Task Missing_variables_are_told_all_at_once()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(Guide with { Variables = [new() { Name = "city", Required = true }, new() { Name = "mood", Required = true }], Messages = [Line("system", "{{city}} {{mood}}")] }, null, TestContext.Current.CancellationToken);
        var error = await server.ErrorAsync(Path, """{"model":"prompt/guide","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal((400, "variable_missing", "prompt.variables"), (error.Status, error.Code, error.Param));
        Assert.Contains("city", error.Message, StringComparison.Ordinal);
        Assert.Contains("mood", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_fails_is_an_error_for_who_waits_and_a_line_for_who_streams()
    {
        await using var server = new RunningServer();
        var refused = new TurnException(TurnErrorCode.ProviderUnauthorized, "The provider does not know the key.");
        server.Model.Fails(refused).Fails(refused);
        using var response = await server.PostJsonAsync(Path, """{"model":"test/model","messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
        var error = await FaceCalls.ErrorAsync(response);
        Assert.Equal((502, null), (error.Status, error.Param));
        var lines = await server.LinesAsync(Path, """{"model":"test/model","stream":true,"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.DoesNotContain("[DONE]", lines);
        Assert.Equal(error.Code, JsonDocument.Parse(lines[^1]).RootElement.GetProperty("error").Text("code"));
    }

    [Fact]
    public async Task Paths_that_nobody_serves_answer_in_the_vendors_words()
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/nothing");
        Assert.Equal(404, (await FaceCalls.ErrorAsync(response)).Status);
        using var broken = await server.PostJsonAsync(Path, "{");
        Assert.Equal("request_invalid", (await FaceCalls.ErrorAsync(broken)).Code);
    }
}
