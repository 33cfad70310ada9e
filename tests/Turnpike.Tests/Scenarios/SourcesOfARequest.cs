using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Middleware;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Tests.Scenarios;

/// <summary>A preview tells of every stretch of what is sent where it came from.</summary>
public sealed class SourcesOfARequest
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Words_of_the_prompt_values_rules_and_typed_text_are_told_apart()
    {
        await using var road = new Road();
        await road.Get<ISettingsStore>().SaveRuleAsync(new() { Name = "voice", Content = "Write for {{audience}}.", Placement = RulePlacement.System }, Cancellation);
        await road.Get<ISettingsStore>().SaveRuleAsync(new() { Name = "brief", Content = "Be brief.", Placement = RulePlacement.After }, Cancellation);
        var preview = await road.Runner.PreviewAsync(
            new()
            {
                Prompt = Prompt("Guide in {{city}} 😀 {{#each days}}[{{this}}]{{/each}}.", "Say: {{input}}!", "city", "days", "audience"),
                System = new("Kindly."),
                Variables = Values(("city", "Rome {{x}}"), ("days", new[] { 1, 2 }), ("audience", "children")),
                Content = "@.params.temp 0.2; Hello",
                Rules = ["voice", "brief"],
                Resources = [new() { Id = "res_1", Kind = "note", Text = "N </resource>" }],
            },
            Cancellation);

        Assert.Equal(
            [
                "prompt: Guide in ", "variable:city: Rome {{x}}", "prompt:  😀 [", "variable:days[]: 1", "prompt: ][", "variable:days[]: 2", "prompt: ].",
                "turnpike: \n\n", "request: Kindly.",
                "turnpike: \n\n", "rule:voice: Write for ", "variable:audience: children", "rule:voice: .",
            ],
            Told(preview, 0));
        Assert.Equal(["prompt: Say: ", "typed: Hello", "turnpike: \n\n", "rule:brief: Be brief.", "prompt: !"], Told(preview, 1).Take(5));
        Assert.Equal("resource:res_1: N </resource>", Told(preview, 1).Single(one => one.StartsWith("resource", StringComparison.Ordinal)));
        AssertCovered(preview);
    }

    [Fact]
    public async Task What_was_said_before_is_told_by_its_turn()
    {
        await using var road = new Road();
        road.Model.Says("Hi there");
        var first = await road.RunAsync("Hello");
        var preview = await road.Runner.PreviewAsync(new() { Conversation = first.Conversation, Content = "Again" }, Cancellation);
        Assert.Equal([$"turn:{first.Id}: Hello", $"turn:{first.Id}: Hi there", "typed: Again"], Enumerable.Range(0, 3).SelectMany(i => Told(preview, i)));
    }

    [Fact]
    public async Task The_trace_of_a_turn_tells_what_its_preview_told_and_the_preview_does_so_once()
    {
        await using var road = new Road();
        var request = new TurnRequest { Prompt = Prompt("The key is {{key}}, in {{city}}.", "Say: {{input}}!", "city") with { Variables = [new() { Name = "key", Secret = true }, new() { Name = "city" }] }, Variables = Values(("city", "Rome"), ("key", "sk-1234")), Content = "Hello" };
        var preview = await road.Runner.PreviewAsync(request, Cancellation);
        Assert.All(preview.Draft.Trace.Stations(), station => Assert.Null(station.Sources));
        var turn = await road.RunAsync(request);
        var trace = JsonSerializer.Deserialize((await road.Get<Turnpike.Turns.Stores.ITurnStore>().TraceAsync(turn.Id, Cancellation))!.Value.Span, TurnpikeJson.Relaxed.IReadOnlyListTraceStation)!;
        Assert.Equal(preview.Sources(), trace.Single(station => station.Sources is not null).Sources);
        Assert.Equal("messages", trace.Single(station => station.Sources is not null).Station);
    }

    [Fact]
    public async Task A_secret_has_the_length_of_its_mask()
    {
        await using var road = new Road();
        var prompt = Prompt("Use {{token}} in {{city}}.", null, "city") with { Variables = [new() { Name = "token", Secret = true }, new() { Name = "city" }] };
        var preview = await road.Runner.PreviewAsync(new() { Prompt = prompt, Variables = Values(("token", "s3cret-token"), ("city", "Rome")), Content = "Hi" }, Cancellation);
        using var json = Json(preview);
        var text = json.RootElement.GetProperty("request").GetProperty("messages")[0].GetProperty("content")[0].GetProperty("text").GetString()!;
        Assert.Equal("Use ••• in Rome.", text);
        var told = json.RootElement.GetProperty("sources").EnumerateArray().Where(one => one.GetProperty("message").GetInt32() == 0)
            .Select(one => $"{one.GetProperty("source").GetString()}: {text[one.GetProperty("span").GetProperty("start").GetInt32()..one.GetProperty("span").GetProperty("end").GetInt32()]}");
        Assert.Equal(["prompt: Use ", "variable:token: •••", "prompt:  in ", "variable:city: Rome", "prompt: ."], told);
    }

    [Fact]
    public async Task What_middleware_wrote_is_its_own_and_the_rest_stays_known()
    {
        await using var road = new Road(builder => builder.AddMiddleware(new Rewriter()).AddRequestMiddleware(new Adder()));
        var preview = await road.Runner.PreviewAsync(new() { Prompt = Prompt("For {{city}}.", null, "city"), Variables = Values(("city", "Rome")), Content = "Hi" }, Cancellation);
        Assert.Equal(["prompt: For ", "variable:city: Rome", "prompt: ."], Told(preview, 0));
        Assert.Equal(["middleware:Rewriter: HI"], Told(preview, 1));
        Assert.Equal(["middleware: more"], Told(preview, 2));
    }

    [Fact]
    public async Task An_image_of_a_variable_is_a_part_without_a_stretch()
    {
        await using var road = new Road();
        var prompt = Prompt("Look.", "{{media url=photo}}") with { Variables = [new() { Name = "photo", Type = VariableType.Image }] };
        var preview = await road.Runner.PreviewAsync(new() { Prompt = prompt, Variables = Values(("photo", "data:image/png;base64,iVBORw0KGgo=")), Content = "Hi" }, Cancellation);
        Assert.Equal([null, "turnpike", "typed"], preview.Sources().Where(one => one.Message == 1).Select(one => one.Span is null ? null : one.Source));
        Assert.Equal("variable:photo", preview.Sources().First(one => one.Message == 1).Source);
    }

    private sealed class Rewriter : ITurnMiddleware
    {
        public string Name => "Rewriter";

        public ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken)
        {
            draft.SetContent(draft.Content.ToUpperInvariant());
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Adder : IRequestMiddleware
    {
        public string Name => "Adder";

        public ValueTask<ModelRequest> InvokeAsync(TurnDraft draft, ModelRequest request, CancellationToken cancellationToken) =>
            new(request with { Messages = [.. request.Messages.Select(message => new ChatMessage(message.Role, message.Text)), new(ChatRole.User, "more")] });
    }

    private static Prompt Prompt(string system, string? user, params string[] variables) => new()
    {
        Key = "p",
        Messages =
        [
            new() { Role = "system", Content = [new() { Type = "text", Text = system }] },
            .. user is null ? [] : (PromptMessage[])[new() { Role = "user", Content = [new() { Type = "text", Text = user }] }],
        ],
        Variables = [.. variables.Select(name => new VariableDefinition { Name = name, Type = VariableType.Any })],
    };

    private static Dictionary<string, JsonElement> Values(params (string Name, object Value)[] values) => values.ToDictionary(one => one.Name, one => JsonSerializer.SerializeToElement(one.Value));

    private static IEnumerable<string> Told(PreparedTurn turn, int message) =>
        turn.Sources().Where(one => one.Message == message).Select(one => $"{one.Source}: {((TextContent)turn.Request.Messages[message].Contents[one.Part]).Text[one.Span!.Value.Start..one.Span.Value.End]}");

    /// <summary>The stretches of each text follow each other without a gap.</summary>
    private static void AssertCovered(PreparedTurn turn)
    {
        foreach (var (message, i) in turn.Request.Messages.Select((message, i) => (message, i)))
        {
            foreach (var (part, n) in message.Contents.Select((part, n) => ((TextContent)part, n)))
            {
                var at = 0;
                foreach (var one in turn.Sources().Where(one => one.Message == i && one.Part == n))
                {
                    Assert.Equal(at, one.Span!.Value.Start);
                    at = one.Span.Value.End;
                }
                Assert.Equal(part.Text.Length, at);
            }
        }
    }

    private static JsonDocument Json(PreparedTurn turn)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) PreviewJson.Write(writer, turn);
        return JsonDocument.Parse(buffer.ToArray());
    }
}
