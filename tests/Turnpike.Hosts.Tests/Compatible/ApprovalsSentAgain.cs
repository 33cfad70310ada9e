using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Approvals of clients that send the whole list again: the id of the request names the response that asked, whether the request says so or not.</summary>
public sealed class ApprovalsSentAgain : IAsyncDisposable
{
    private const string Path = "/v1/responses";
    private const string Model = """ "model":"test/model","turnpike":{"tools":["book"]} """;
    private const string Hi = """{"role":"user","content":"Book!"}""";
    private readonly RunningServer _server;
    private int _booked;

    public ApprovalsSentAgain() => _server = new(services =>
    {
        services.AddTurnpike().AddTool(() => $"Booked {++_booked}.", "book", "Books.");
        services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task The_whole_list_with_the_answer_at_its_end_goes_on_from_what_asked(bool approves, bool isReference)
    {
        _server.Model.Calls("book").Says("Done.").Says("Well.");
        var asked = await AskAsync($$"""{"role":"developer","content":"Be brief."},{{Hi}}""");
        var request = isReference ? $$"""{"type":"item_reference","id":"{{Id(asked)}}"}""" : Request(asked);
        var list = $$"""{"role":"developer","content":"Be brief."},{{Hi}},{{request}},{{Response(asked, approves)}}""";
        var done = await AskAsync(list);
        Assert.Equal(approves ? 1 : 0, _booked);
        Assert.Equal(["system: Be brief.", "user: Book!", "assistant: [call book]"], _server.Model.Last.Transcript.SkipLast(1));
        Assert.Contains(approves ? "[result Booked 1.]" : "not", _server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(approves ? ["mcp_call", "message"] : ["message"], Output(done).Select(item => item.Text("type")));
        if (approves) Assert.Equal(Id(asked), Output(done)[0].Text("approval_request_id"));
        Assert.Equal(await ConversationAsync(asked), await ConversationAsync(done));

        var again = await AskAsync(list); // its answer was lost on the way
        Assert.Equal(approves ? 1 : 0, _booked);
        Assert.Equal("Well.", Output(again)[^1].GetProperty("content")[0].Text("text"));
        Assert.Equal(await ConversationAsync(asked), await ConversationAsync(again));
    }

    [Fact]
    public async Task What_follows_the_answer_is_typed_and_a_call_that_ran_is_history()
    {
        _server.Model.Calls("book").Says("Done.");
        var asked = await AskAsync(Hi);
        var done = await AskAsync($"{Hi},{Request(asked)},{Response(asked, true)},{{\"role\":\"user\",\"content\":\"Quick!\"}}");
        Assert.Equal(["user: Book!", "assistant: [call book]", "tool: [result Booked 1.]", "user: Quick!"], _server.Model.Last.Transcript);

        var told = string.Join(',', Output(done).Select(item => item.GetRawText()));
        foreach (var bare in (bool[])[false, true])
        {
            await AskAsync($"{Hi},{Request(asked)},{Response(asked, true)},{(bare ? told.Replace(",\"output\":\"Booked 1.\"", "", StringComparison.Ordinal) : told)},{{\"role\":\"user\",\"content\":\"And?\"}}");
            Assert.Equal(["user: Book!", "assistant: [call book]", "tool: [result Booked 1.]", "assistant: Done.", "user: And?"], _server.Model.Last.Transcript);
            Assert.Equal(1, _booked);
        }
    }

    [Fact]
    public async Task Of_two_requests_one_after_the_other_the_last_is_answered()
    {
        _server.Model.Calls("book").Calls("book", id: "call_2").Says("Done.");
        var first = await AskAsync(Hi);
        var second = await AskAsync($"{Hi},{Request(first)},{Response(first, false)}");
        await AskAsync($"{Hi},{Request(first)},{Response(first, false)},{Request(second)},{Response(second, true)}");
        Assert.Equal(1, _booked);
        Assert.Equal(["user", "assistant", "tool", "assistant", "tool"], _server.Model.Last.Messages.Select(message => message.Role.Value));
        Assert.Equal("tool: [result Booked 1.]", _server.Model.Last.Transcript[^1]);
    }

    [Theory]
    [InlineData("store")]
    [InlineData("deleted")]
    [InlineData("unknown")]
    [InlineData("elsewhere")]
    public async Task Leave_for_a_call_that_cannot_run_is_refused_and_a_refusal_is_read(string how)
    {
        _server.Model.Calls("book");
        var more = how == "store" ? ",\"store\":false" : "";
        var asked = await AskAsync(Hi, more);
        if (how == "deleted") Assert.True((await _server.SendAsync(HttpMethod.Delete, $"{Path}/{asked.Text("id")}")).IsSuccessStatusCode);
        if (how == "elsewhere") more = $",\"previous_response_id\":\"{(await AskAsync("""{"role":"user","content":"Hi"}""")).Text("id")}\"";
        string List(bool approves) => $"{Hi},{Request(asked)},{Response(asked, approves)}".Replace(how == "unknown" ? asked.Text("id")!["resp_".Length..] : "none", "none", StringComparison.Ordinal);
        var before = _server.Model.Requests.Count;
        var refused = await _server.ErrorAsync(Path, $$"""{ {{Model}},"input":[{{List(true)}}]{{more}} }""");
        Assert.Equal((400, "tool_call_unknown", "input[2].approval_request_id", before, 0), (refused.Status, refused.Code, refused.Param, _server.Model.Requests.Count, _booked));
        if (how == "elsewhere") return;
        await AskAsync(List(false), more);
        Assert.Equal(["user", "assistant", "tool"], _server.Model.Last.Messages.Select(message => message.Role.Value));
        Assert.Equal(0, _booked);
    }

    private Task<JsonElement> AskAsync(string list, string more = "") => _server.AnswerAsync(Path, $$"""{ {{Model}},"input":[{{list}}]{{more}} }""");

    private async Task<string?> ConversationAsync(JsonElement response) => (await _server.GetJsonAsync("/api/turns/turn_" + response.Text("id")!["resp_".Length..])).Text("conversation");

    private static JsonElement[] Output(JsonElement response) => [.. response.GetProperty("output").EnumerateArray()];

    private static string Id(JsonElement asked) => Output(asked).Single(item => item.Text("type") == "mcp_approval_request").Text("id")!;

    private static string Request(JsonElement asked) => string.Join(',', Output(asked).Select(item => item.GetRawText()));

    private static string Response(JsonElement asked, bool approves) => $$"""{"type":"mcp_approval_response","approval_request_id":"{{Id(asked)}}","approve":{{(approves ? "true" : "false")}}}""";
}
