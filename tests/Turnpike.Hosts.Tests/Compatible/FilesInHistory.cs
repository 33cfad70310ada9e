using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Files;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Uploaded files that earlier messages refer to: what a few words of a request may make the server read is limited.</summary>
public sealed class FilesInHistory
{
    private static readonly (string, string)[] Limits = [("Turnpike:Resources:Bytes", "1000"), ("Turnpike:Resources:Most", "3")];

    /// <summary>A picture of this many bytes; each kind is another file.</summary>
    private static async Task<string> UploadAsync(RunningServer server, int bytes, byte kind)
    {
        var picture = new byte[bytes];
        Convert.FromBase64String("iVBORw0KGgo=").CopyTo(picture, 0);
        picture[^1] = kind;
        using var form = new MultipartFormDataContent { { new StringContent("user_data"), "purpose" }, { new ByteArrayContent(picture), "file", "a.png" } };
        using var uploaded = await server.Client.PostAsync("/v1/files", form, TestContext.Current.CancellationToken);
        return (await server.JsonAsync(uploaded)).Text("id")!;
    }

    private static string Chat(params string[] files) =>
        $$"""{"model":"test/model","messages":[{"role":"user","content":[{{string.Join(',', files.Select(file => $$"""{"type":"file","file":{"file_id":"{{file}}"} }"""))}}]},{"role":"assistant","content":"Seen."},{"role":"user","content":"So?"}]}""";

    private static string Items(string name, params string[] files) =>
        $$""" "{{name}}":[{"role":"user","content":[{{string.Join(',', files.Select(file => $$"""{"type":"input_image","file_id":"{{file}}"}"""))}}]},{"role":"assistant","content":"Seen."},{"role":"user","content":"So?"}] """;

    [Fact]
    public async Task Items_that_are_only_named_bring_no_more_than_files_may_and_their_turn_is_read_once()
    {
        Counted? log = null;
        await using var server = new RunningServer(services => Counted.Before<Turns.Stores.ITurnLog>(services, made => log = made), Limits);
        var file = await UploadAsync(server, 900, 1);
        var first = await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","input":[{"role":"user","content":[{"type":"input_image","file_id":"{{file}}"}]}]}""");
        var item = (await server.GetJsonAsync($"/v1/responses/{first.Text("id")}/input_items")).GetProperty("data")[0].Text("id");
        string Body(int times) => $$"""{"model":"test/model","input":[{{string.Join(',', Enumerable.Repeat($$"""{"type":"item_reference","id":"{{item}}"}""", times))}}]}""";
        log!.Forget();
        await server.AnswerAsync("/v1/responses/input_tokens", Body(5));
        Assert.Equal(1, log.Of(nameof(Turns.Stores.ITurnLog.ReadAsync)));
        var refused = await server.ErrorAsync("/v1/responses", Body(6));
        Assert.Equal((400, "resource_too_large", "input[5].id"), (refused.Status, refused.Code, refused.Param));
    }

    [Fact]
    public async Task One_that_is_too_large_is_refused_on_every_door_before_it_is_opened()
    {
        Counted? contents = null;
        await using var server = new RunningServer(services => Counted.Before<IContentStore>(services, made => contents = made), Limits);
        var file = await UploadAsync(server, 1001, 1);
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        contents!.Forget();
        foreach (var (path, body) in ((string, string)[])[
            ("/v1/chat/completions", Chat(file)),
            ("/v1/responses", $$"""{"model":"test/model",{{Items("input", file)}}}"""),
            ("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}",{{Items("input", file)}}}"""),
            ("/v1/responses", $$"""{"model":"test/model","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_image","file_id":"{{file}}"}]},{"role":"user","content":"So?"}]}"""),
            ("/v1/responses/input_tokens", $$"""{"model":"test/model",{{Items("input", file)}}}"""),
            ("/v1/conversations", $$"""{ {{Items("items", file)}} }"""),
            ($"/v1/conversations/{conversation}/items", $$"""{ {{Items("items", file)}} }"""),
        ])
        {
            var refused = await server.ErrorAsync(path, body);
            Assert.True((400, "resource_too_large", "file_id") == (refused.Status, refused.Code, refused.Param), $"{path}: {refused}");
            Assert.Contains("1,001 bytes", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, contents.Of(nameof(IContentStore.OpenAsync)));
        Assert.Empty(server.Model.Requests);
        Assert.Empty((await server.GetJsonAsync($"/v1/conversations/{conversation}/items")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task One_that_is_repeated_is_read_once_and_counts_in_each_place()
    {
        Counted? contents = null;
        await using var server = new RunningServer(services => Counted.Before<IContentStore>(services, made => contents = made), Limits);
        var file = await UploadAsync(server, 900, 1);
        contents!.Forget();
        await server.AnswerAsync("/v1/chat/completions", Chat([.. Enumerable.Repeat(file, 5)]));
        Assert.Equal(Enumerable.Repeat(900, 5), server.Model.Last.Messages[0].Contents.OfType<DataContent>().Select(data => data.Data.Length));
        Assert.Equal(1, contents.Of(nameof(IContentStore.OpenAsync)));
        var refused = await server.ErrorAsync("/v1/chat/completions", Chat([.. Enumerable.Repeat(file, 6)]));
        Assert.Equal((400, "resource_too_large", "file_id"), (refused.Status, refused.Code, refused.Param));
        Assert.Contains("5,000", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_are_taken_as_a_turn_takes_resources_and_one_that_is_none_is_told()
    {
        await using var server = new RunningServer(null, Limits);
        var files = new List<string>();
        for (byte i = 0; i < 4; i++) files.Add(await UploadAsync(server, 100, i));
        await server.AnswerAsync("/v1/chat/completions", Chat([.. files.Take(3)]));
        Assert.Equal(3, server.Model.Last.Messages[0].Contents.OfType<DataContent>().Count());
        var many = await server.ErrorAsync("/v1/chat/completions", Chat([.. files]));
        Assert.Equal((400, "request_invalid", "file_id"), (many.Status, many.Code, many.Param));
        var none = await server.ErrorAsync("/v1/chat/completions", Chat("file_none"));
        Assert.Equal((404, "file_not_found", "file_id"), (none.Status, none.Code, none.Param));
    }
}
