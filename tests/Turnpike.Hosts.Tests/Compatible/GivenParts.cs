using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Names, images and files that a caller gives: they reach the model as they were given, and are listed so.</summary>
public sealed class GivenParts
{
    private const string Picture = "data:image/png;base64,iVBORw0KGgo=";
    private const string Paper = "data:application/pdf;base64,JVBERi0xLjQK";
    private const string Notes = "data:text/plain;base64,SXQgcmFpbmVkLg==";

    private static string Detail(AIContent part) => part.AdditionalProperties?["detail"] as string ?? "";

    private static IEnumerable<AIContent> Media(ChatMessage message) => message.Contents.Where(part => part is DataContent or UriContent);

    private static async Task<string?> UploadAsync(RunningServer server, string name, byte[] bytes)
    {
        using var form = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent(bytes), "file", name } };
        using var uploaded = await server.Client.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
        return (await server.JsonAsync(uploaded)).Text("id");
    }

    [Fact]
    public async Task Who_wrote_and_how_closely_to_look_reach_the_model_now_and_later()
    {
        await using var server = new RunningServer();
        await server.AnswerAsync("/v1/chat/completions", $$"""
            {"model":"test/model","messages":[{"role":"user","name":"ann","content":[{"type":"text","text":"One"},{"type":"image_url","image_url":{"url":"{{Picture}}","detail":"high"} }]},{"role":"assistant","name":"al","content":"1"},{"role":"system","name":"ops","content":"Now."},
             {"role":"user","name":"bob","content":[{"type":"text","text":"Two"},{"type":"image_url","image_url":{"url":"{{Picture}}","detail":"low"} },{"type":"image_url","image_url":{"url":"https://example.org/a.png"} }]}]}
            """);
        var sent = server.Model.Last.Messages;
        Assert.Equal(["ann", "al", "ops", "bob"], sent.Select(message => message.AuthorName));
        Assert.Equal(["high", "low", ""], Media(sent[0]).Concat(Media(sent[3])).Select(Detail));

        var file = await UploadAsync(server, "a.png", Convert.FromBase64String("iVBORw0KGgo="));
        var first = await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","input":[{"role":"user","content":[{"type":"input_text","text":"Look"},{"type":"input_image","image_url":"{{Picture}}","detail":"low"},{"type":"input_image","file_id":"{{file}}","detail":"high"}]}]}""");
        Assert.Equal(["low", "high"], Media(server.Model.Last.Messages[^1]).Select(Detail));
        await server.AnswerAsync("/v1/responses", $$"""{"previous_response_id":"{{first.Text("id")}}","input":"Again"}""");
        Assert.Equal(["low", "high"], Media(server.Model.Last.Messages[0]).Select(Detail));
        await server.TurnAsync(new { content = "Look", resources = new[] { new { kind = "image", url = Picture, detail = "low", policy = "sticky" } } });
        Assert.Equal("low", Detail(Assert.Single(Media(server.Model.Last.Messages[^1]))));
    }

    [Fact]
    public async Task The_items_of_the_caller_are_listed_in_their_order_with_what_is_in_them()
    {
        await using var server = new RunningServer();
        var response = await server.AnswerAsync("/v1/responses", $$"""
            {"model":"test/model","instructions":"Rhyme.","input":[{"role":"developer","content":"Be brief."},{"role":"user","content":"Hi"},{"type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]},{"role":"assistant","content":"Let me see."},
             {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"Seen."},{"type":"input_image","image_url":"{{Picture}}","detail":"low"}]},
             {"role":"user","content":[{"type":"input_text","text":"So?"},{"type":"input_image","image_url":"{{Picture}}","detail":"high"},{"type":"input_file","filename":"p.pdf","file_data":"{{Paper}}"},{"type":"input_file","filename":"n.txt","file_data":"{{Notes}}"}]}]}
            """);
        var items = (await server.GetJsonAsync($"/v1/responses/{response.Text("id")}/input_items?order=asc")).GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(["message developer", "message user", "reasoning ", "message assistant", "function_call ", "function_call_output ", "message user"], items.Select(item => $"{item.Text("type")} {(item.TryGetProperty("role", out var role) ? role.GetString() : "")}"));
        Assert.Equal(("Be brief.", "Hm."), (items[0].GetProperty("content")[0].Text("text"), items[2].GetProperty("summary")[0].Text("text")));
        Assert.Equal(("input_image", Picture, "low"), items[5].GetProperty("output")[1] is var shown ? (shown.Text("type"), shown.Text("image_url"), shown.Text("detail")) : default);
        var parts = items[6].GetProperty("content").EnumerateArray().ToDictionary(part => part.TryGetProperty("filename", out var name) ? name.GetString()! : part.Text("type")!);
        Assert.Equal(("So?", Picture, "high", Paper, Notes), (parts["input_text"].Text("text"), parts["input_image"].Text("image_url"), parts["input_image"].Text("detail"), parts["p.pdf"].Text("file_data"), parts["n.txt"].Text("file_data")));

        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","input":[{"type":"item_reference","id":"{{items[6].Text("id")}}"}]}""");
        var again = server.Model.Last.Messages[^1];
        Assert.Equal(("image/png application/pdf", "high "), (string.Join(' ', Media(again).OfType<DataContent>().Select(data => data.MediaType)), string.Join(' ', Media(again).Select(Detail))));
        Assert.Contains("It rained.", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_messages_of_a_stored_completion_have_their_system_text_names_and_images()
    {
        await using var server = new RunningServer();
        var id = (await server.AnswerAsync("/v1/chat/completions", $$"""{"model":"test/model","store":true,"messages":[{"role":"developer","name":"ops","content":"Be brief."},{"role":"user","name":"bob","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"{{Picture}}"} }]}]}""")).Text("id");
        var messages = (await server.GetJsonAsync($"/v1/chat/completions/{id}/messages")).GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(["developer ops Be brief.", "user bob Look"], messages.Select(message => $"{message.Text("role")} {message.Text("name")} {message.Text("content")}"));
        Assert.Equal(Picture, messages[1].GetProperty("content_parts")[1].GetProperty("image_url").Text("url"));
    }

    [Fact]
    public async Task What_a_tool_of_the_caller_shows_reaches_the_model_and_so_does_what_a_servers_tool_failed_with()
    {
        await using var server = new RunningServer();
        server.Model.Calls("mine", id: "c1").Says("ok");
        var asked = await server.AnswerAsync("/v1/responses", """{"model":"test/model","input":"Hi","tools":[{"type":"function","name":"mine"}]}""");
        var file = await UploadAsync(server, "b.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var answered = await server.AnswerAsync("/v1/responses", $$"""{"previous_response_id":"{{asked.Text("id")}}","input":[{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"Seen."},{"type":"input_image","image_url":"{{Picture}}"},{"type":"input_image","file_id":"{{file}}"}]}]}""");
        Assert.Equal(["Seen.", "image/png", "image/png"], Shown(server));
        await server.AnswerAsync("/v1/responses", $$"""{"previous_response_id":"{{answered.Text("id")}}","input":"And?"}""");
        Assert.Equal(["Seen.", "image/png", "image/png"], Shown(server));
        await server.AnswerAsync("/v1/responses", """{"model":"test/model","input":[{"role":"user","content":"Rain?"},{"type":"mcp_call","id":"m1","server_label":"s","name":"forecast","arguments":"{}","error":{"type":"mcp_tool_execution_error","content":[{"type":"text","text":"No signal."}]}},{"role":"user","content":"Try again"}]}""");
        Assert.Equal("No signal.", Result(server).Result?.ToString());
    }

    [Fact]
    public async Task Uploaded_files_in_the_items_of_a_conversation_reach_the_model()
    {
        await using var server = new RunningServer();
        var (paper, notes) = (await UploadAsync(server, "p.pdf", [.. "%PDF-1.4\n"u8]), await UploadAsync(server, "n.txt", [.. "It rained."u8]));
        var conversation = await server.AnswerAsync("/v1/conversations", $$"""{"items":[{"role":"user","content":[{"type":"input_text","text":"Keep"},{"type":"input_file","file_id":"{{paper}}"},{"type":"input_file","file_id":"{{notes}}"}]}]}""");
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation.Text("id")}}","input":"Sum up"}""");
        var kept = server.Model.Last.Messages[0];
        Assert.Equal("application/pdf", Assert.IsType<DataContent>(Assert.Single(Media(kept))).MediaType);
        Assert.Contains("It rained.", kept.Text, StringComparison.Ordinal); // a text, as a resource of the turn would be
        await server.AnswerAsync("/v1/chat/completions", $$"""{"model":"test/model","messages":[{"role":"user","content":[{"type":"text","text":"Keep"},{"type":"file","file":{"file_id":"{{notes}}"} }]},{"role":"assistant","content":"ok"},{"role":"user","content":"Sum up"}]}""");
        Assert.Contains("<resource kind=\"file\"", server.Model.Last.Messages[0].Text, StringComparison.Ordinal);
        var gone = await server.ErrorAsync("/v1/conversations", """{"items":[{"role":"user","content":[{"type":"input_file","file_id":"file_none"}]}]}""");
        Assert.Equal((404, "file_not_found"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task A_file_for_a_variable_is_taken_in_the_forms_that_a_message_has_it_in()
    {
        await using var server = new RunningServer();
        await server.Get<IPromptStore>().SaveAsync(new Prompt { Key = "read", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Read {{doc}} beside {{photo}}" }] }], Variables = [new() { Name = "doc", Type = VariableType.File }, new() { Name = "photo", Type = VariableType.Image }] }, null, TestContext.Current.CancellationToken);
        var photo = await UploadAsync(server, "a.png", Convert.FromBase64String("iVBORw0KGgo="));
        using var read = await server.PostJsonAsync("/v1/responses", $$"""{"model":"test/model","prompt":{"id":"read","variables":{"doc":{"type":"input_file","filename":"p.pdf","file_data":"{{Paper[(Paper.IndexOf(',') + 1)..]}}"},"photo":{"type":"input_image","file_id":"{{photo}}","detail":"low"} } } }""");
        Assert.Equal((200, false), ((int)read.StatusCode, read.Headers.Contains("Turnpike-Ignored")));
        Assert.Equal([("application/pdf", "p.pdf", null), ("image/png", null, "low")], Media(server.Model.Last.Messages[^1]).OfType<DataContent>().Select(data => (data.MediaType, data.Name, MessageParts.DetailOf(data))));
        var paper = await UploadAsync(server, "kept.pdf", Convert.FromBase64String(Paper[(Paper.IndexOf(',') + 1)..]));
        using var kept = await server.PostJsonAsync("/v1/responses", $$"""{"model":"test/model","prompt":{"id":"read","variables":{"doc":{"type":"input_file","file_id":"{{paper}}"} } } }""");
        Assert.Equal(["kept.pdf"], Media(server.Model.Last.Messages[^1]).OfType<DataContent>().Select(data => data.Name)); // as it was uploaded
    }

    [Fact]
    public async Task A_chat_is_read_with_its_files()
    {
        await using var server = new RunningServer();
        await server.LinesAsync("/api/chat", $$"""{"id":"k","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"Look"},{"type":"file","mediaType":"image/png","filename":"a.png","url":"{{Picture}}"},{"type":"file","mediaType":"text/plain","filename":"n.txt","url":"{{Notes}}"}]}]}""");
        var parts = (await server.GetJsonAsync("/api/chat/k")).GetProperty("messages")[0].GetProperty("parts").EnumerateArray().Where(part => part.Text("type") == "file").Select(part => $"{part.Text("mediaType")} {part.Text("filename")} {part.Text("url")}");
        Assert.Equal([$"image/png a.png {Picture}", $"text/plain n.txt {Notes}"], parts.Order(StringComparer.Ordinal));
    }

    private static FunctionResultContent Result(RunningServer server) => server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Single();

    private static IEnumerable<string> Shown(RunningServer server) => Assert.IsAssignableFrom<IEnumerable<AIContent>>(Result(server).Result).Select(part => part is DataContent data ? data.MediaType : ((TextContent)part).Text);
}
