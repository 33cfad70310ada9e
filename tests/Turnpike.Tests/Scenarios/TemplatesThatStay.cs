using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>The template that was merged into the first message never leaves, whatever becomes of that turn.</summary>
public sealed class TemplatesThatStay
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A road to a model with a small window that reports no tokens.</summary>
    private static Road WithWindow(int window, Action<ScriptedModel>? first = null)
    {
        var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = window }));
        first?.Invoke(road.Model);
        for (var i = 0; i < 100; i++) road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, "ok") { FinishReason = ChatFinishReason.Stop }], stop));
        return road;
    }

    private static Prompt Saying(params (string Role, string Text)[] messages) => new() { Messages = [.. messages.Select(message => new PromptMessage { Role = message.Role, Content = [new() { Type = "text", Text = message.Text }] })] };

    private static Dictionary<string, JsonElement> Tone(string tone) => new() { ["tone"] = JsonSerializer.SerializeToElement(tone) };

    private static string Long(int number) => $"{number}" + new string('x', 600);

    /// <summary>Messages of the last request, long runs shortened.</summary>
    private static IEnumerable<string> Sent(Road road) => road.Model.Last.Transcript.Select(said => Regex.Replace(said, "x{9,}", "x"));

    [Theory]
    [InlineData("ALWAYS ANSWER IN FRENCH.", "ALWAYS ANSWER IN FRENCH.\n\n")]
    [InlineData("ROLE: judge. {{input}}", "ROLE: judge. \n\n")]
    [InlineData("BEFORE {{input}} AFTER", "BEFORE  AFTER\n\n")]
    public async Task Before_the_oldest_message_that_is_sent(string template, string kept)
    {
        await using var road = WithWindow(700);
        var conversation = (await road.RunAsync(new TurnRequest { Prompt = Saying(("user", template)), Content = Long(1) })).Conversation;
        for (var i = 2; i < 8; i++) await road.RunAsync(new TurnRequest { Conversation = conversation, Content = Long(i) });
        Assert.Equal([$"user: {kept}5x", "assistant: ok", "user: 6x", "assistant: ok", "user: 7x"], Sent(road));
        Assert.All(road.Model.Requests, request => Assert.Contains(template[..4], request.Messages[0].Text, StringComparison.Ordinal));
        Assert.All(road.Model.Requests, request => Assert.InRange(request.Messages.Sum(TokenEstimate.Of), 1, 525));
    }

    [Fact]
    public async Task Not_a_second_time_before_a_message_that_says_it_itself()
    {
        await using var road = WithWindow(300);
        await road.SaveAsync(Saying(("system", "S"), ("user", "IN FRENCH.")) with { Key = "french" });
        var conversation = (await road.RunAsync(new TurnRequest { Prompt = "french", Content = Long(1) })).Conversation;
        await road.RunAsync(new TurnRequest { Conversation = conversation, Content = "@.prompt.use french; " + Long(2) });
        Assert.Equal(["system: S", "user: IN FRENCH.\n\n2x"], Sent(road));
        await road.RunAsync(new TurnRequest { Conversation = conversation, Content = Long(3) });
        Assert.Equal(["system: S", "user: IN FRENCH.\n\n3x"], Sent(road));
    }

    [Theory]
    [InlineData("@.prompt.use french; Two")]
    [InlineData("Two")]
    public async Task What_stands_behind_the_history_is_said_there_alone(string content)
    {
        await using var road = WithWindow(10_000);
        await road.SaveAsync(Saying(("system", "S"), ("history", ""), ("assistant", "READY."), ("user", "IN FRENCH.")) with { Key = "french" });
        var conversation = (await road.RunAsync(new TurnRequest { Prompt = "french", Content = "One" })).Conversation;
        await road.RunAsync(new TurnRequest { Conversation = conversation, Content = content });
        Assert.Equal(["system: S", "user: IN FRENCH.\n\nOne", "assistant: ok", "assistant: READY.", content == "Two" ? "user: Two" : "user: IN FRENCH.\n\nTwo"], Sent(road));
    }

    [Fact]
    public async Task Before_the_new_message_where_no_turn_fits_and_it_is_kept_as_it_was_typed()
    {
        await using var road = WithWindow(300);
        var first = await road.RunAsync(new TurnRequest { Prompt = Saying(("system", "S"), ("user", "sample"), ("assistant", "example"), ("user", "IN FRENCH.")), Content = Long(1) });
        var second = await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = Long(2) });
        Assert.Equal(["system: S", "user: sample", "assistant: example", "user: IN FRENCH.\n\n2x"], Sent(road));
        Assert.Equal(Long(2), second.Messages[0].Text);
        Assert.Equal(TurnErrorCode.ContextLengthExceeded, (await road.RefusedAsync(new() { Conversation = first.Conversation, Content = new string('x', 880) })).Code);
    }

    [Fact]
    public async Task Once_and_of_the_turn_that_was_answered_where_the_first_one_failed()
    {
        await using var road = WithWindow(700, model => model.Fails(new TurnException(TurnErrorCode.ProviderRefused, "no")));
        var prompt = Saying(("user", "Tone {{tone}}.")) with { Variables = [new() { Name = "tone" }] };
        var conversation = (await road.RunAsync(new TurnRequest { Prompt = prompt, Variables = Tone("harsh"), Content = Long(1) })).Conversation;
        await road.RunAsync(new TurnRequest { Conversation = conversation, Variables = Tone("kind"), Content = Long(2) });
        for (var i = 3; i < 50; i++) await road.RunAsync(new TurnRequest { Conversation = conversation, Content = Long(i) }); // more than are read at once
        Assert.Equal(["user: Tone kind.\n\n47x", "assistant: ok", "user: 48x", "assistant: ok", "user: 49x"], Sent(road));
    }

    [Fact]
    public async Task Beside_a_summary_whose_writer_has_read_it_and_the_document()
    {
        await using var road = new Road();
        var document = new string('d', 20_000);
        var first = await road.RunAsync(new TurnRequest
        {
            Prompt = Saying(("user", "IN FRENCH.")),
            Content = "one",
            Resources = [new() { Id = "res_1", Kind = "note", Title = "Plan", Text = "The plan is B." }, new() { Id = "res_2", Kind = "note", Text = document }, new() { Id = "res_3", Kind = "note", Text = "STAYS", Policy = ResourcePolicy.Sticky }],
        });
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "two" });
        road.Model.Says("They counted.");
        await road.Get<ConversationCompaction>().CompactAsync(first.Conversation, 1, null, Stop);
        var told = road.Model.Last.Transcript[1];
        Assert.StartsWith("user: user: IN FRENCH.\n\none\n\n<resources>\n<resource kind=\"note\" id=\"res_1\" title=\"Plan\">\nThe plan is B.\n</resource>\n", told, StringComparison.Ordinal);
        Assert.Contains("ddd\n… cut: 16,000 of 20,000 characters\n</resource>\n</resources>\n\nassistant: ok\n\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain("STAYS", told, StringComparison.Ordinal);
        await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Content = "three" });
        Assert.Equal(["system: Summary of the 1 earlier turns of this conversation:\nThey counted.", "user: IN FRENCH.\n\ntwo"], road.Model.Last.Transcript.Take(2));
    }

    [Fact]
    public async Task As_the_trace_of_its_sources_says()
    {
        await using var road = WithWindow(700);
        var conversation = (await road.RunAsync(new TurnRequest { Prompt = Saying(("user", "IN FRENCH.")), Content = Long(1) })).Conversation;
        var second = await road.RunAsync(new TurnRequest { Conversation = conversation, Content = Long(2) });
        await road.RunAsync(new TurnRequest { Conversation = conversation, Content = Long(3) });
        var prepared = await road.Runner.PreviewAsync(new() { Conversation = conversation, Content = Long(4) }, Stop);
        Assert.Equal(["prompt", "turnpike", "turn:" + second.Id], prepared.Sources().Where(source => source.Message == 0).Select(source => source.Source).Distinct());
    }
}
