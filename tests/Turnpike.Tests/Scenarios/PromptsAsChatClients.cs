using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Scenarios;

/// <summary>What a caller of a chat client over a prompt says reaches the provider, or is refused in words.</summary>
public sealed class PromptsAsChatClients
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uploaded_files_of_the_user_are_sent_where_they_stand()
    {
        await using var road = new Road();
        var (picture, notes) = (await UploadAsync(road, "a.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1]), await UploadAsync(road, "notes.txt", Encoding.UTF8.GetBytes("It rained.")));
        using var client = new PromptChatClient(road.Runner, null);
        await client.GetResponseAsync([new(ChatRole.User, [new TextContent("Look:"), new HostedFileContent(picture)]), new(ChatRole.Assistant, "A cat."), new(ChatRole.User, [new HostedFileContent(notes), new TextContent("And this?")])], cancellationToken: Stop);
        Assert.Equal(["user: Look: [image/png]", "assistant: A cat."], road.Model.Last.Transcript.Take(2));
        Assert.Equal(9, road.Model.Last.Messages[0].Contents.OfType<DataContent>().Single().Data.Length);
        Assert.Contains("It rained.", road.Model.Last.Transcript[2], StringComparison.Ordinal);
        Assert.EndsWith("And this?", road.Model.Last.Transcript[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named_with_its_message()
    {
        await using var road = new Road();
        using var client = new PromptChatClient(road.Runner, null);
        var error = await Assert.ThrowsAsync<TurnException>(() => client.GetResponseAsync([new(ChatRole.User, "Look:"), new(ChatRole.User, [new HostedFileContent("file-of-a-vendor")])], cancellationToken: Stop));
        Assert.Equal((TurnErrorCode.ResourceNotFound, "history[1]"), (error.Code, error.Field));
        Assert.Contains("file-of-a-vendor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_history_names_uploaded_files_by_their_ids()
    {
        await using var road = new Road();
        var picture = await UploadAsync(road, "a.png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1]);
        var request = JsonSerializer.Deserialize("{\"history\":[{\"role\":\"user\",\"content\":[{\"type\":\"media\",\"file\":\"" + picture + "\",\"detail\":\"low\"}]}],\"content\":\"What is it?\",\"author\":\"ann\"}", TurnpikeJson.Relaxed.TurnRequest)!;
        var turn = await road.RunAsync(request);
        Assert.Equal(["user: [image/png]", "user: What is it?"], road.Model.Last.Transcript);
        Assert.Equal("low", MessageParts.DetailOf(road.Model.Last.Messages[0].Contents[0]));
        Assert.Equal("ann", road.Model.Last.Messages[1].AuthorName);
        Assert.Equal(picture, MessageParts.ResourceOf(Assert.Single(turn.History![0].Contents)) is { Title: "a.png", Kind: "image" or "file" } ? picture : null);
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "Sure?" });
        Assert.Equal(["user: [image/png]", "user: What is it?", "assistant: ok", "user: Sure?"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task The_names_of_authors_go_along()
    {
        await using var road = new Road();
        using var client = new PromptChatClient(road.Runner, null);
        await client.GetResponseAsync([new(ChatRole.User, "One") { AuthorName = "ann" }, new(ChatRole.Assistant, "1") { AuthorName = "counter" }, new(ChatRole.User, "Two") { AuthorName = "bob" }], cancellationToken: Stop);
        Assert.Equal(["ann", "counter", "bob"], road.Model.Last.Messages.Select(message => message.AuthorName));
    }

    [Fact]
    public async Task What_no_turn_carries_is_refused_and_what_only_says_something_to_the_caller_left_out()
    {
        await using var road = new Road();
        using var client = new PromptChatClient(road.Runner, null);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync([new(ChatRole.User, [new HostedVectorStoreContent("store")])], cancellationToken: Stop));
        Assert.Contains("HostedVectorStoreContent", error.Message, StringComparison.Ordinal);
        Assert.Empty(road.Model.Requests);
        await client.GetResponseAsync([new(ChatRole.User, "One"), new(ChatRole.Assistant, [new TextContent("1"), new UsageContent(new() { InputTokenCount = 3 })]), new(ChatRole.User, "Two")], cancellationToken: Stop);
        Assert.Equal(["user: One", "assistant: 1", "user: Two"], road.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_conversation_that_the_options_name_is_refused_for_none_is_kept()
    {
        await using var road = new Road();
        using var client = new PromptChatClient(road.Runner, null);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync("Hi", new() { ConversationId = "conv_1" }, Stop));
        Assert.Contains("ConversationId", error.Message, StringComparison.Ordinal);
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task A_provider_that_says_when_to_ask_again_is_passed_on()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelOptions>(options => options.Attempts = 1));
        using var client = new PromptChatClient(road.Runner, null);
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRateLimited, "Slow down.") { ProviderStatus = 429, RetryAfter = TimeSpan.FromSeconds(7) });
        var error = await Assert.ThrowsAsync<TurnException>(() => client.GetResponseAsync("Hi", cancellationToken: Stop));
        Assert.Equal((TurnErrorCode.ProviderRateLimited, TimeSpan.FromSeconds(7)), (error.Code, error.RetryAfter));
    }

    private static async Task<string> UploadAsync(Road road, string name, byte[] bytes)
    {
        using var content = new MemoryStream(bytes);
        return (await road.Get<IFileStore>().AddAsync(new() { Name = name }, content, Stop)).Id;
    }
}
