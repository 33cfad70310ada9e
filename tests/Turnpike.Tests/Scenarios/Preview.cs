using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

public sealed class Preview
{
    private static readonly Prompt Summary = new()
    {
        Key = "summary",
        Messages =
        [
            new() { Role = "system", Content = [new() { Type = "text", Text = "Summarize for {{reader}} in {{ words }} words." }] },
            new() { Role = "user", Content = [new() { Type = "text", Text = "Text: {{input}}\nEnd." }] },
        ],
        Variables = [new() { Name = "reader", Required = true }, new() { Name = "words", Type = VariableType.Integer, Default = JsonSerializer.SerializeToElement(50) }],
        Parameters = new() { Temperature = 0.4, MaxOutputTokens = 200 },
        Tools = ["clock"],
    };

    private static readonly TurnRequest Request = new()
    {
        Prompt = Summary,
        Variables = new Dictionary<string, JsonElement> { ["reader"] = JsonSerializer.SerializeToElement("a child") },
        Content = "@.params.top_p 0.5; It rained.",
        Resources = [new() { Kind = "text", Id = "res_1", Text = "a note" }],
    };

    [Fact]
    public async Task Is_exactly_what_is_sent()
    {
        await using var road = new Road(builder => builder.AddTool(() => "noon", "clock", "Tells the time."));
        var preview = await road.Runner.PreviewAsync(Request, TestContext.Current.CancellationToken);
        var turn = await road.RunAsync(Request);

        var shown = JsonSerializer.Serialize(preview.Request, TurnpikeJson.Relaxed.ModelRequest);
        var kept = System.Text.Encoding.UTF8.GetString((await road.Get<ITurnStore>().RequestAsync(turn.Id, TestContext.Current.CancellationToken))!.Value.Span);
        Assert.Equal(shown, kept);
        Assert.Equal(
            """{"model":"test/model","messages":[{"role":"system","content":[{"type":"text","text":"Summarize for a child in 50 words."}]},{"role":"user","content":[{"type":"text","text":"Text: It rained.\nEnd."},{"type":"text","text":"<resources>\n<resource kind=\"text\" id=\"res_1\">\na note\n</resource>\n</resources>"}]}],"tools":[{"name":"clock","description":"Tells the time.","schema":{"type":"object","properties":{}}}],"parameters":{"temperature":0.4,"topP":0.5,"maxOutputTokens":200}}""",
            shown);
        Assert.Equal(preview.Request.Messages.Select(message => message.Text), road.Model.Last.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task Gives_resources_the_ids_that_they_are_sent_with()
    {
        await using var road = new Road();
        var request = new TurnRequest { Content = "Hi", Resources = [new() { Kind = "note", Text = "N" }, new() { Kind = "note", Text = "N" }] };
        var ids = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            var preview = await road.Runner.PreviewAsync(request, TestContext.Current.CancellationToken);
            var turn = await road.RunAsync(request);
            Assert.Equal(preview.Request.Messages.Select(message => message.Text), road.Model.Last.Messages.Select(message => message.Text));
            ids.UnionWith(preview.Resources.Select(read => read.Resource.Id));
            request = request with { Conversation = turn.Conversation };
        }
        Assert.Equal(4, ids.Count);
    }

    [Fact]
    public async Task Has_no_side_effect()
    {
        await using var road = new Road(builder => builder.AddTool(() => "noon", "clock"));
        var preview = await road.Runner.PreviewAsync(Request with { Content = "@.params.temp! 0.1; Hi" }, TestContext.Current.CancellationToken);
        Assert.Empty(road.Model.Requests);
        Assert.Null(await road.Get<ITurnStore>().FindAsync(preview.Draft.Id, TestContext.Current.CancellationToken));
        Assert.Null(await road.Get<IConversationStore>().FindAsync(preview.Draft.Conversation.Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_object_a_stored_version_a_label_and_an_empty_overlay_send_the_same_bytes()
    {
        await using var road = new Road(builder => builder.AddTool(() => "noon", "clock"));
        await road.SaveAsync(Summary);
        var empty = new PromptReference { Id = "summary", Overlay = JsonSerializer.SerializeToElement(new { }) };
        PromptReference[] doors = [Summary, "summary", "summary@1", "summary@latest", empty];
        var sent = new List<string>();
        foreach (var door in doors)
        {
            var preview = await road.Runner.PreviewAsync(Request with { Prompt = door }, TestContext.Current.CancellationToken);
            sent.Add(JsonSerializer.Serialize(preview.Request, TurnpikeJson.Relaxed.ModelRequest) + preview.Prompt!.Hash);
        }
        Assert.Single(sent.Distinct());
    }

    [Fact]
    public async Task An_overlay_changes_what_it_names_and_nothing_else()
    {
        await using var road = new Road(builder => builder.AddTool(() => "noon", "clock"));
        await road.SaveAsync(Summary);
        var overlay = new PromptReference { Id = "summary", Overlay = JsonSerializer.SerializeToElement(new { parameters = new { temperature = 1.5 }, tools = (string[]?)null }) };
        var preview = await road.Runner.PreviewAsync(Request with { Prompt = overlay }, TestContext.Current.CancellationToken);
        Assert.Equal((1.5, 200, 0), (preview.Request.Parameters.Temperature, preview.Request.Parameters.MaxOutputTokens, preview.Request.Tools.Count));
        var misspelt = new PromptReference { Id = "summary", Overlay = JsonSerializer.SerializeToElement(new { parametres = new { temperature = 1.5 } }) };
        var refused = await Assert.ThrowsAsync<TurnException>(() => road.Runner.PreviewAsync(Request with { Prompt = misspelt }, TestContext.Current.CancellationToken));
        Assert.EndsWith("there is no field \"parametres\" here. Did you mean \"parameters\"?", refused.Message);
    }
}
