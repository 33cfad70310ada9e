using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Pictures in what a caller says was before are kept once, apart from the turns that need them, and are shown, sent and exported as they were.</summary>
public sealed class PicturesOfBefore
{
    private const string Picture = "data:image/png;base64,iVBORw0KGgo=";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_of_a_stored_completion_are_kept_once_and_shown_whole()
    {
        await using var server = new RunningServer();
        server.Model.Says("One.").Says("Two.");
        const string Seen = $$"""{"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"{{Picture}}"} }]}""";
        var id = (await server.AnswerAsync("/v1/chat/completions", $$"""{"model":"test/model","store":true,"messages":[{{Seen}},{"role":"assistant","content":"Nice."},{"role":"user","content":"Why?"}]}""")).Text("id")!;
        Assert.Equal(Picture, Sent(server));
        var turn = (await server.Get<ITurnStore>().FindAsync("turn_" + id[(id.IndexOf('-', StringComparison.Ordinal) + 1)..], Cancellation))!;
        Assert.Equal("image/png", Assert.Single(turn.History![0].Contents.OfType<KeptPart>()).MediaType);
        var messages = (await server.GetJsonAsync($"/v1/chat/completions/{id}/messages")).GetProperty("data");
        Assert.True(messages.GetRawText().Contains(Picture, StringComparison.Ordinal), messages.GetRawText());

        var exported = await server.Client.GetStringAsync($"/api/conversations/{turn.Conversation}/export", Cancellation);
        await using var other = new RunningServer();
        other.Model.Says("Three.");
        using var imported = await other.PostJsonAsync("/api/conversations/import", exported);
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(Cancellation));
        await other.AnswerAsync("/api/turns", new JsonObject { ["content"] = "Again?", ["conversation"] = turn.Conversation, ["model"] = "test/model" }.ToJsonString());
        Assert.Equal(Picture, Sent(other));
    }

    [Fact]
    public async Task Those_of_items_that_are_added_are_kept_apart_and_go_on()
    {
        await using var server = new RunningServer();
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id")!;
        await server.AnswerAsync($"/v1/conversations/{conversation}/items", $$"""{"items":[{"role":"user","content":[{"type":"input_image","image_url":"{{Picture}}"}]},{"role":"assistant","content":"Seen."}]}""");
        var given = Assert.Single(await server.Get<ITurnStore>().PathAsync((await server.Get<IConversationStore>().FindAsync(conversation, Cancellation))!.Head!, 9, Cancellation));
        Assert.Single(given.Messages[0].Contents.OfType<KeptPart>());
        Assert.Contains(Picture, (await server.GetJsonAsync($"/v1/conversations/{conversation}/items")).GetRawText(), StringComparison.Ordinal);
        await server.AnswerAsync("/v1/responses", $$"""{"model":"test/model","conversation":"{{conversation}}","input":"So?"}""");
        Assert.Equal(Picture, Sent(server));
    }

    private static string Sent(RunningServer server) => Assert.Single(server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<DataContent>()).Uri;
}
