using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Items that are put into a conversation come back as they were given.</summary>
public sealed class ItemsAsGiven
{
    private const string Dot = "data:image/png;base64,iVBORw0KGgo=";

    private static readonly string[] Items =
    [
        """{"type":"message","role":"developer","status":"completed","content":[{"type":"input_text","text":"Be brief."}]}""",
        """{"type":"message","role":"user","status":"completed","content":[{"type":"input_text","text":"Look"},{"type":"input_file","file_url":"https://example.org/a.pdf","filename":"plan.pdf"},{"type":"input_image","detail":"low","image_url":"DOT"}]}""",
        """{"type":"reasoning","status":"completed","summary":[{"type":"summary_text","text":"Hm."},{"type":"summary_text","text":"Well."}],"encrypted_content":"sealed"}""",
        """{"type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"One.","annotations":[],"logprobs":[]}]}""",
        """{"type":"message","role":"assistant","status":"completed","content":[{"type":"refusal","refusal":"Not that."}]}""",
        """{"type":"function_call","status":"completed","call_id":"c1","name":"mine","arguments":"{\"a\":1}"}""",
        """{"type":"function_call_output","status":"completed","call_id":"c1","output":"fine"}""",
        """{"type":"mcp_approval_request","server_label":"desk","name":"book","arguments":"{}"}""",
        """{"type":"mcp_approval_response","approval_request_id":"REQUEST","approve":true}""",
        """{"type":"mcp_call","status":"completed","server_label":"desk","name":"book","arguments":"{}","output":"Booked.","error":null,"approval_request_id":"REQUEST"}""",
        """{"type":"mcp_call","status":"completed","server_label":"desk","name":"book","arguments":"{}","output":"Booked again.","error":null,"approval_request_id":null}""",
        """{"type":"message","role":"system","status":"completed","content":[{"type":"input_text","text":"Now be kind."}]}""",
    ];

    private static JsonArray Given(string request)
    {
        var items = new JsonArray([.. Items.Select(item => JsonNode.Parse(item.Replace("DOT", Dot, StringComparison.Ordinal).Replace("REQUEST", request, StringComparison.Ordinal)))]);
        items[7]!.AsObject().Insert(0, "id", request);
        return items;
    }

    private static string[] Plain(JsonElement list) => [.. list.GetProperty("data").EnumerateArray().Select(item =>
    {
        var plain = JsonObject.Create(item)!;
        plain.Remove("id");
        return Sorted(plain)!.ToJsonString();
    })];

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject([.. members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))]),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_of_each_is_listed_as_it_was_given_and_sent_as_what_it_means(bool atOnce)
    {
        await using var server = new RunningServer();
        var items = Given("mcpr_theirs").ToJsonString();
        var made = await server.AnswerAsync("/v1/conversations", atOnce ? $$"""{"items":{{items}}}""" : "{}");
        var path = $"/v1/conversations/{made.Text("id")}/items";
        var added = atOnce ? (JsonElement?)null : await server.AnswerAsync(path, $$"""{"items":{{items}}}""");
        var listed = await server.GetJsonAsync(path + "?order=asc&limit=100");
        var ids = listed.GetProperty("data").EnumerateArray().Select(item => item.Text("id")!).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(["msg", "msg", "rs", "msg", "msg", "fc", "fco", "mcpr", "mcpa", "mcp", "mcp", "msg"], ids.Select(id => id.Split('_')[0]));
        var expected = Given(ids[7]);
        expected[7]!.AsObject().Remove("id");
        Assert.Equal(expected.Select(item => Sorted(item)!.ToJsonString()), Plain(listed));
        if (added is { } told) Assert.Equal(Plain(listed), Plain(told));
        Assert.Equal("mcp_call", (await server.GetJsonAsync($"{path}/{ids[9]}")).Text("type"));

        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{made.Text("id")}}","input":"And now?"}""");
        Assert.Equal(["system", "user", "assistant", "assistant", "tool", "assistant", "tool", "assistant", "tool", "system", "user"], server.Model.Last.Messages.Select(message => message.Role.Value));
        Assert.Contains("[call mine]", server.Model.Last.Transcript[3], StringComparison.Ordinal);
        Assert.Contains("Booked again.", server.Model.Last.Transcript[8], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_refused()
    {
        await using var server = new RunningServer();
        var alone = await server.ErrorAsync("/v1/conversations", """{"items":[{"type":"mcp_approval_response","approval_request_id":"mcpr_none","approve":true}]}""");
        Assert.Equal((400, "items[0].approval_request_id"), (alone.Status, alone.Param));
        var reference = await server.ErrorAsync("/v1/conversations", """{"items":[{"type":"item_reference","id":"msg_x_1"}]}""");
        Assert.Equal((404, "items[0].id"), (reference.Status, reference.Param));
    }

    [Fact]
    public async Task An_item_that_is_named_is_put_in_as_it_is_until_it_is_deleted()
    {
        await using var server = new RunningServer();
        server.Model.Says("Rome.").Says("Fine.");
        var response = await server.AnswerAsync("/v1/responses", """{"model":"test/model","input":"Where?"}""");
        var input = (await server.GetJsonAsync($"/v1/responses/{response.Text("id")}/input_items")).GetProperty("data")[0].Text("id");
        string Reference(string? id) => $$"""{"type":"item_reference","id":"{{id}}"}""";
        var conversation = (await server.AnswerAsync("/v1/conversations", $$"""{"items":[{{Reference(input)}},{{Reference(response.GetProperty("output")[0].Text("id"))}}]}""")).Text("id")!;
        var items = (await server.GetJsonAsync($"/v1/conversations/{conversation}/items?order=asc")).GetProperty("data");
        Assert.Equal(["message", "message"], items.EnumerateArray().Select(item => item.Text("type")));
        Assert.NotEqual(input, items[0].Text("id"));
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"And?"}""");
        Assert.Equal(["user: Where?", "assistant: Rome.", "user: And?"], server.Model.Last.Transcript);

        var first = items[0].Text("id");
        await server.AnswerAsync($"/v1/conversations/{conversation}/items", $$"""{"items":[{{Reference(first)}}]}""");
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{conversation}/items/{first}");
        foreach (var path in (string[])[$"/v1/conversations/{conversation}/items", "/v1/responses"])
        {
            var gone = await server.ErrorAsync(path, $$"""{"items":[{{Reference(first)}}],"input":[{{Reference(first)}}],"model":"test/model"}""");
            Assert.Equal((404, path.EndsWith("items", StringComparison.Ordinal) ? "items[0].id" : "input[0].id"), (gone.Status, gone.Param));
        }
    }

    [Fact]
    public async Task An_item_that_was_given_is_deleted_alone()
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", """{"items":[{"role":"user","content":"Hi"},{"role":"assistant","content":"One."},{"role":"assistant","content":"Two."}]}""")).Text("id")!;
        var items = (await server.GetJsonAsync($"/v1/conversations/{conversation}/items?order=asc")).GetProperty("data");
        Assert.Equal(3, items.GetArrayLength());
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"/v1/conversations/{conversation}/items/{items[1].Text("id")}");
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"And?"}""");
        Assert.Equal(["user: Hi", "assistant: Two.", "user: And?"], server.Model.Last.Transcript);
    }
}
