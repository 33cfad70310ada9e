using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

public sealed class FirstTurns
{
    private static readonly Prompt Guide = new()
    {
        Key = "guide",
        Messages =
        [
            new() { Role = "system", Content = [new() { Type = "text", Text = "You guide people in {{city}}." }] },
            new() { Role = "user", Content = [new() { Type = "text", Text = "Where is it quiet?" }] },
            new() { Role = "assistant", Content = [new() { Type = "text", Text = "In the park." }] },
            new() { Role = "user", Content = [new() { Type = "text", Text = "Answer in one sentence." }] },
        ],
        Variables = [new() { Name = "city", Required = true }],
    };

    private static Dictionary<string, JsonElement> City(string name) => new() { ["city"] = JsonSerializer.SerializeToElement(name) };

    [Fact]
    public async Task The_typed_text_is_merged_into_the_last_user_message_of_the_template()
    {
        await using var road = new Road();
        await road.RunAsync(new TurnRequest { Prompt = Guide, Variables = City("Paris"), Content = "And at night?" });
        Assert.Equal(["system: You guide people in Paris.", "user: Where is it quiet?", "assistant: In the park.", "user: Answer in one sentence.\n\nAnd at night?"], road.Model.Last.Transcript);
        Assert.Single(road.Model.Last.Messages[^1].Contents);
    }

    [Theory]
    [InlineData("  \n")]
    [InlineData("\u00a0")]
    public async Task White_space_alone_is_nothing_typed_and_stays_as_it_is(string typed)
    {
        await using var road = new Road();
        Assert.Equal((TurnErrorCode.ContentMissing, "content"), await road.RefusedAsync(new() { Content = typed }) is var refused ? (refused.Code, refused.Field) : default);
        Assert.Empty(road.Model.Requests);
        var turn = await road.RunAsync(new TurnRequest { Prompt = Guide, Variables = City("Paris"), Content = typed });
        Assert.Equal("user: Answer in one sentence.", road.Model.Last.Transcript[^1]);
        Assert.Equal(typed, turn.Content);
        await road.RunAsync(new TurnRequest { Content = typed, Resources = [new() { Id = "res_1", Text = "A note." }] });
        Assert.StartsWith("user: <resources>", road.Model.Last.Transcript[^1].Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_turn_sends_system_template_user_assistant_user_in_that_order()
    {
        await using var road = new Road();
        road.Model.Says("Under", " the bridges.").Says("Noon.");
        var first = await road.RunAsync(new TurnRequest { Prompt = Guide, Variables = City("Paris"), Content = "And at night?" });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Variables = City("Rome"), Content = "When?" });
        Assert.Equal(
            ["system: You guide people in Rome.", "user: Where is it quiet?", "assistant: In the park.", "user: Answer in one sentence.\n\nAnd at night?", "assistant: Under the bridges.", "user: When?"],
            road.Model.Last.Transcript);
    }

    [Fact]
    public async Task The_prompt_stays_pinned_when_a_new_version_is_saved()
    {
        await using var road = new Road();
        await road.SaveAsync(Guide);
        var first = await road.RunAsync(new TurnRequest { Prompt = "guide", Variables = City("Paris") });
        await road.SaveAsync(Guide with { Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Changed." }] }] });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Prompt = "guide", Variables = City("Paris"), Content = "Still there?" });
        Assert.Equal("system: You guide people in Paris.", road.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Nothing_typed_and_no_template_is_refused_and_nothing_is_sent()
    {
        await using var road = new Road();
        Assert.Equal(TurnErrorCode.ContentMissing, (await road.RefusedAsync(new TurnRequest { Content = "" })).Code);
        Assert.Empty(road.Model.Requests);
    }

    [Fact]
    public async Task Text_and_image_resources_follow_the_text_as_parts_of_the_same_message()
    {
        await using var road = new Road();
        await road.RunAsync(new TurnRequest
        {
            Content = "What is this?",
            Resources =
            [
                new() { Kind = "note", Id = "res_1", Title = "A \"trip\"", Text = "Bring </resource> tags" },
                new() { Kind = "image", MediaType = "image/png", Data = "aGk=" },
            ],
        });
        var parts = road.Model.Last.Messages[^1].Contents;
        Assert.Equal(3, parts.Count);
        var block = parts[1].ToString()!;
        Assert.StartsWith("<resources>\n<resource-", block, StringComparison.Ordinal);
        Assert.Contains("title=\"A &quot;trip&quot;\">\nBring </resource> tags\n</resource-", block, StringComparison.Ordinal);
        Assert.Equal("image/png", Assert.IsType<Microsoft.Extensions.AI.DataContent>(parts[2]).MediaType);
    }

    [Fact]
    public async Task An_image_of_the_first_turn_is_sent_again_as_an_image_on_the_second()
    {
        await using var road = new Road();
        var first = await road.RunAsync(new TurnRequest { Content = "What is this?", Resources = [new() { Kind = "image", MediaType = "image/png", Data = "aGk=" }] });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "Sure?" });
        Assert.Equal(["user: What is this? [image/png]", "assistant: ok", "user: Sure?"], road.Model.Last.Transcript);
    }
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_prompt_brings_once_comes_again_with_its_template_when_the_first_turn_failed(bool isAttached)
    {
        await using var road = new Road();
        var prompt = new Prompt { Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Sum this up." }] }], Resources = [new() { Kind = "note", Text = "A" }, new() { Kind = "note", Text = "S", Policy = ResourcePolicy.Sticky }] };
        var conversation = new Conversation { Id = "conv_1" };
        if (isAttached) conversation = conversation with { Prompt = prompt, Resources = [.. Turnpike.Opening.TurnResources.Bound(prompt).Select(bound => new Turnpike.Turns.Resources.Resource { Id = bound.Id!, Kind = bound.Kind!, Text = bound.Text, Policy = bound.Policy })] };
        await road.Get<IConversationStore>().AddAsync(conversation, TestContext.Current.CancellationToken);
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Prompt = prompt, Content = "Go" });
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Go on" });
        var sent = Assert.Single(road.Model.Last.Transcript);
        Assert.StartsWith("user: Sum this up.\n\nGo on <resources>", sent, StringComparison.Ordinal);
        Assert.Equal((1, 1), (sent.Split("\nA\n").Length - 1, sent.Split("\nS\n").Length - 1));
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "More" });
        Assert.Equal((1, 1), Counted(road.Model.Last));

        static (int, int) Counted(ScriptedRequest last) => (string.Concat(last.Transcript).Split("\nA\n").Length - 1, string.Concat(last.Transcript).Split("\nS\n").Length - 1);
    }

    [Fact]
    public async Task What_somebody_took_away_before_the_first_turn_does_not_come_back()
    {
        await using var road = new Road();
        var prompt = new Prompt { Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Sum this up." }] }], Resources = [new() { Kind = "note", Text = "A" }] };
        await road.Get<IConversationStore>().AddAsync(new() { Id = "conv_1", Prompt = prompt }, TestContext.Current.CancellationToken);
        road.Model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no"));
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Go" });
        await road.RunAsync(new TurnRequest { Conversation = "conv_1", Content = "Go on" });
        Assert.Equal(["user: Sum this up.\n\nGo on"], road.Model.Last.Transcript);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public async Task A_prompt_that_a_conversation_comes_to_later_brings_its_template_and_its_examples_stay(int before)
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = 600 }));
        await road.SaveAsync(Guide);
        var conversation = (await road.RunAsync("0")).Conversation;
        for (var i = 1; i < before; i++) await road.RunAsync(new TurnRequest { Conversation = conversation, Content = $"{i}" });
        await road.RunAsync(new TurnRequest { Conversation = conversation, Prompt = "guide", Variables = City("Paris"), Content = "And at night?" });
        Assert.Equal(["user: Where is it quiet?", "assistant: In the park.", "user: Answer in one sentence.\n\nAnd at night?"], road.Model.Last.Transcript.TakeLast(3));
        for (var i = 0; i < 40; i++) await road.RunAsync(new TurnRequest { Conversation = conversation, Content = $"{i} {new string('x', 400)}" });
        Assert.Single(road.Model.Last.Transcript, message => message == "assistant: In the park.");
        Assert.DoesNotContain(road.Model.Last.Transcript, message => message.Contains("at night", StringComparison.Ordinal));
    }
}
