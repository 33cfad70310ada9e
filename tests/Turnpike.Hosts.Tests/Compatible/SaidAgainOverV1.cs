using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>What a request or a provider said is said again where somebody asks for it, on whichever face.</summary>
public sealed class SaidAgainOverV1
{
    private const string Chat = "/v1/chat/completions";
    private const string Path = "/v1/responses";

    [Fact]
    public async Task Metadata_of_one_face_are_read_on_the_other()
    {
        await using var server = new RunningServer();
        var chat = (await server.AnswerAsync(Chat, """{"model":"test/model","store":true,"metadata":{"a":"b"},"messages":[{"role":"user","content":"Hi"}]}""")).Text("id")!;
        Assert.Equal("b", (await server.GetJsonAsync($"{Path}/resp_{chat["chatcmpl-".Length..]}")).GetProperty("metadata").Text("a"));
        var response = (await server.AnswerAsync(Path, """{"model":"test/model","metadata":{"c":"d"},"input":"Hi"}""")).Text("id")!;
        Assert.Equal("d", (await server.GetJsonAsync($"{Chat}/chatcmpl-{response["resp_".Length..]}")).GetProperty("metadata").Text("c"));
    }

    [Fact]
    public async Task The_text_of_an_item_is_what_was_typed_with_the_triggers_that_were_run()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Key = "open", Triggers = "on" }, null, TestContext.Current.CancellationToken);
        var response = await server.AnswerAsync(Path, """{"prompt":{"id":"open","variables":{"city":"Rome"}},"input":"@.params.temp 0.3; Hi"}""");
        Assert.Equal("user: Visitor says:\n\nHi", server.Model.Last.Transcript[^1]);
        var item = Assert.Single((await server.GetJsonAsync($"{Path}/{response.Text("id")}/input_items")).GetProperty("data").EnumerateArray());
        Assert.Equal(["@.params.temp 0.3; Hi"], item.GetProperty("content").EnumerateArray().Select(part => part.Text("text")));
    }

    [Theory]
    [InlineData(Chat, """{"model":"test/model","messages":[{"role":"user","content":"Hi"}]}""", 429)]
    [InlineData(Path, """{"model":"test/model","input":"Hi"}""", 429)]
    [InlineData("/api/turns", """{"model":"test/model","content":"Hi"}""", 502)]
    public async Task When_to_ask_again_is_what_the_provider_said(string path, string body, int status)
    {
        await using var server = new RunningServer(null, ("Turnpike:ModelCalls:LongestBackoff", "00:00:01"));
        server.Model.Fails(new TurnException(TurnErrorCode.ProviderRateLimited, "Slow down.") { RetryAfter = TimeSpan.FromSeconds(6.4) });
        using var refused = await server.PostJsonAsync(path, body);
        Assert.Equal((status, "7"), ((int)refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        var turn = await server.GetJsonAsync("/api/turns/" + refused.Headers.GetValues("Turnpike-Turn").Single());
        Assert.Equal(7, turn.GetProperty("error").GetProperty("retryAfter").GetInt32());
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task Reasoning_without_words_is_no_chunk()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new TextReasoningContent("Hm")]), new(ChatRole.Assistant, [new TextReasoningContent("") { ProtectedData = "opaque" }]), new(ChatRole.Assistant, "Yes") { FinishReason = ChatFinishReason.Stop }], stop));
        var chunks = FaceCalls.Chunks(await server.LinesAsync(Chat, """{"model":"test/model","stream":true,"messages":[{"role":"user","content":"Hi"}]}"""));
        Assert.Equal("Hm", Assert.Single(Thoughts(chunks)));
    }

    private static IEnumerable<string?> Thoughts(IReadOnlyList<JsonElement> chunks) =>
        chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray()).Select(choice => choice.GetProperty("delta")).Where(delta => delta.TryGetProperty("reasoning_content", out _)).Select(delta => delta.Text("reasoning_content"));
}
