using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Answers to open calls, with whatever stands beside them in the list, and as the items that they are afterwards.</summary>
public sealed class AnswersOverV1
{
    private const string Path = "/v1/responses";
    private const string Mine = """ "tools":[{"type":"function","name":"mine"}] """;
    private const string Output = """{"type":"function_call_output","call_id":"c1","output":"one"}""";

    [Theory]
    [InlineData("""[OUT,{"role":"user","content":"u1"},{"role":"user","content":"u2"}]""", "user: u1|user: u2")]
    [InlineData("""[OUT,{"role":"assistant","content":"a"},{"role":"user","content":"u2"}]""", "assistant: a|user: u2")]
    [InlineData("""[{"role":"user","content":"u1"},OUT,{"role":"assistant","content":"a"},{"role":"user","content":"u2"}]""", "user: u1|assistant: a|user: u2")]
    [InlineData("""[{"type":"item_reference","id":"CALL"},OUT]""", "")]
    [InlineData("""[{"id":"CALL"},OUT]""", "")]
    [InlineData("""[{"type":"function_call","call_id":"c1","name":"mine","arguments":"{}"},OUT]""", "")]
    [InlineData("""[{"type":"function_call","id":"CALL","call_id":"c1","name":"mine","arguments":"{}"},OUT,{"role":"user","content":"u2"}]""", "user: u2")]
    public async Task Other_items_follow_the_results_and_what_is_there_is_not_said_twice(string list, string behind)
    {
        foreach (var named in (bool[])[false, true])
        {
            await using var server = new RunningServer();
            server.Model.Calls("mine", id: "c1").Says("Well.");
            var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
            var asked = await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Hi",{{Mine}}}""");
            var from = named ? $"\"conversation\":\"{conversation}\"" : $"\"previous_response_id\":\"{asked.Text("id")}\"";
            var input = list.Replace("OUT", Output, StringComparison.Ordinal).Replace("CALL", asked.GetProperty("output")[0].Text("id"), StringComparison.Ordinal);
            var answered = await server.AnswerAsync(Path, $$"""{"model":"test/model",{{from}},{{Mine}},"input":{{input}}}""");
            Assert.Equal("completed", answered.Text("status"));
            var sent = server.Model.Last.Messages;
            Assert.Equal(["user", "assistant", "tool"], sent.Take(3).Select(message => message.Role.Value));
            Assert.Equal("one", Assert.Single(sent[2].Contents.OfType<FunctionResultContent>()).Result?.ToString());
            Assert.Equal(behind, string.Join('|', server.Model.Last.Transcript.Skip(3)));
            await server.AnswerAsync(Path, $$"""{"model":"test/model","previous_response_id":"{{answered.Text("id")}}","input":"Sure?"}""");
            Assert.Equal(["one"], server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.Result?.ToString()));
        }
    }

    [Theory]
    [InlineData($"[{Output},{Output}]", "request_invalid", "input[1].call_id")]
    [InlineData($$"""[{{Output}},{"role":"assistant","content":"a"}]""", "content_missing", "input")]
    [InlineData("""[{"role":"user","content":"Never mind."}]""", "tool_output_missing", "input")]
    [InlineData("\"Never mind.\"", "tool_output_missing", "input")]
    public async Task What_does_not_answer_the_open_calls_is_refused_with_the_field(string input, string code, string param)
    {
        await using var server = new RunningServer();
        server.Model.Calls("mine", id: "c1").Says("Well.");
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        var asked = await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Hi",{{Mine}}}""");
        foreach (var from in (string[])[$"\"conversation\":\"{conversation}\"", $"\"previous_response_id\":\"{asked.Text("id")}\""])
        {
            var refused = await server.ErrorAsync(Path, $$"""{"model":"test/model",{{from}},{{Mine}},"input":{{input}}}""");
            Assert.Equal((400, code, param), (refused.Status, refused.Code, refused.Param));
            if (code == "tool_output_missing") Assert.Contains("\"c1\"", refused.Message, StringComparison.Ordinal);
        }
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task A_yes_or_no_is_not_left_out_nor_mixed_with_other_items()
    {
        await using var server = Booking();
        server.Model.Calls("book").Says("Done.");
        var asked = await server.AnswerAsync(Path, """{"model":"test/model","input":"Book!","turnpike":{"tools":["book"]}}""");
        var missing = await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{asked.Text("id")}}","input":"Hello?"}""");
        Assert.Equal((400, "tool_output_missing"), (missing.Status, missing.Code));
        var mixed = await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{asked.Text("id")}}","input":[{{Decided(asked, "true")}},{"role":"user","content":"u1"},{"role":"user","content":"u2"}]}""");
        Assert.Equal((400, "unsupported_value", "input"), (mixed.Status, mixed.Code, mixed.Param));
        Assert.Equal("completed", (await server.AnswerAsync(Path, $$"""{"previous_response_id":"{{asked.Text("id")}}","input":[{{Decided(asked, "true")}},{"role":"user","content":"u1"}]}""")).Text("status"));
        Assert.Equal("user: u1", server.Model.Last.Transcript[^1]);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task A_yes_or_no_is_an_item_and_the_whole_list_can_be_sent_again(bool approves, bool named)
    {
        await using var server = Booking();
        server.Model.Calls("book", new() { ["room"] = 7 }).Says("Done.");
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        var asked = await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Book!","turnpike":{"tools":["book"]} }""");
        var from = named ? $"\"conversation\":\"{conversation}\"" : $"\"previous_response_id\":\"{asked.Text("id")}\"";
        var done = await server.AnswerAsync(Path, $$"""{"model":"test/model",{{from}},"input":[{{Decided(asked, approves ? "true" : "false", ",\"reason\":\"too dear\"")}}]}""");
        var input = (await server.GetJsonAsync($"{Path}/{done.Text("id")}/input_items")).GetProperty("data");
        var said = Assert.Single(input.EnumerateArray());
        Assert.Equal(["id", "type", "approval_request_id", "approve", "reason"], said.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("mcp_approval_response", asked.GetProperty("output")[0].Text("id"), approves, "too dear"), (said.Text("type"), said.Text("approval_request_id"), said.GetProperty("approve").GetBoolean(), said.Text("reason")));

        var items = (await server.GetJsonAsync($"/v1/conversations/{conversation}/items?order=asc")).GetProperty("data");
        Assert.Equal(approves ? ["message", "mcp_approval_request", "mcp_approval_response", "mcp_call", "message"] : ["message", "mcp_approval_request", "mcp_approval_response", "message"], items.EnumerateArray().Select(item => item.Text("type")!));
        await server.AnswerAsync(Path, $$"""{"model":"test/model","input":{{items.GetRawText()[..^1]}},{"role":"user","content":"And?"}]}""");
        var sent = server.Model.Last.Messages;
        Assert.Equal(["user", "assistant", "tool", "assistant", "user"], sent.Select(message => message.Role.Value));
        Assert.Equal("book", Assert.Single(sent[1].Contents.OfType<FunctionCallContent>()).Name);
        var result = Assert.Single(sent[2].Contents.OfType<FunctionResultContent>()).Result?.ToString();
        if (approves) Assert.Equal("Booked.", result);
        else Assert.Contains("too dear", result, StringComparison.Ordinal);

        await server.AnswerAsync(Path, $$"""{"model":"test/model","input":[{"type":"item_reference","id":"{{items[1].Text("id")}}"},{"type":"item_reference","id":"{{said.Text("id")}}"},{"role":"user","content":"And?"}]}""");
        Assert.Equal(["user: Book!", "assistant: [call book]", .. approves ? (string[])["tool: [result Booked.]"] : [server.Model.Last.Transcript[2]], "user: And?"], server.Model.Last.Transcript); // an answer once more: the result is taken over
    }

    private static RunningServer Booking() => new(services =>
    {
        services.AddTurnpike().AddTool((int? room = null) => "Booked.", "book", "Books.");
        services.Configure<Turnpike.Tools.ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    });

    private static string Decided(JsonElement asked, string approve, string more = "") => $$"""{"type":"mcp_approval_response","approval_request_id":"{{asked.GetProperty("output")[0].Text("id")}}","approve":{{approve}}{{more}}}""";
}
