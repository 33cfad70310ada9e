using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

/// <summary>Tools that answer with more than text.</summary>
public sealed class PicturesOfTools
{
    private static readonly byte[] Dot = [1, 2, 3];

    private static AIContent[] Picture() => [new TextContent("Here."), new DataContent(Dot, "image/png")];

    private static AIContent[] Sent(Road road, int message) => [.. Assert.IsAssignableFrom<IEnumerable<AIContent>>(Assert.IsType<FunctionResultContent>(road.Model.Last.Messages[message].Contents.Single()).Result)];

    private static void IsPicture(AIContent[] parts)
    {
        Assert.Equal("Here.", Assert.IsType<TextContent>(parts[0]).Text);
        var data = Assert.IsType<DataContent>(parts[1]);
        Assert.Equal(("image/png", Convert.ToHexString(Dot)), (data.MediaType, Convert.ToHexString(data.Data.Span)));
    }

    [Fact]
    public async Task A_picture_is_still_one_in_the_next_turn()
    {
        await using var road = new Road(builder => builder.AddTool(Picture, "picture"));
        road.Model.Calls("picture").Says("A dot.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Look", Tools = ["picture"] });
        IsPicture(Sent(road, 2));
        var told = (await road.EventsAsync(turn.Id)).OfType<ToolResult>().Single();
        Assert.True(told.Parts);
        Assert.Equal("""[{"type":"text","text":"Here."},{"type":"media","url":"data:image/png;base64,AQID","mediaType":"image/png"}]""", told.Result!.Value.GetRawText());
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "Again" });
        IsPicture(Sent(road, 2));
    }

    [Fact]
    public async Task A_picture_that_was_approved_of_in_an_earlier_turn_is_still_one_when_its_result_is_taken_over()
    {
        await using var road = new Road(builder =>
        {
            builder.AddTool(Picture, "picture");
            builder.Services.Configure<ToolOptions>(options => options.Approval["picture"] = ToolDecision.Ask);
        });
        road.Model.Calls("picture").Says("A dot.").Says("A dot.");
        var first = await road.RunAsync(new TurnRequest { Content = "Look", Tools = ["picture"], OnWait = OnWait.HandOver });
        for (var i = 0; i < 2; i++)
        {
            await road.RunAsync(new TurnRequest { Conversation = first.Conversation, Parent = first.Id, Answers = [new() { CallId = "call_1", Approved = true }] });
            IsPicture(Sent(road, 2));
        }
    }

    [Theory]
    [InlineData("""[{"type":"media","url":"data:image/png;base64,AQID","mediaType":"image/png"}]""")]
    [InlineData("""{"$type":"data","uri":"data:image/png;base64,AQID"}""")]
    [InlineData("""{"type":"tool.result","callId":"call_1","result":[],"parts":true}""")]
    public async Task Json_that_imitates_parts_stays_json(string json)
    {
        await using var road = new Road(builder => builder.AddTool(() => JsonElement.Parse(json), "imitate"));
        road.Model.Calls("imitate").Says("ok").Says("ok");
        var turn = await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["imitate"] });
        IsJson();
        Assert.False((await road.EventsAsync(turn.Id)).OfType<ToolResult>().Single().Parts);
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "Again" });
        IsJson();

        void IsJson() => Assert.True(JsonElement.DeepEquals(JsonElement.Parse(json), Assert.IsType<JsonElement>(road.Model.Last.Messages[2].Contents.OfType<FunctionResultContent>().Single().Result)));
    }

    [Fact]
    public async Task A_model_that_reads_no_pictures_reads_a_note_and_the_turn_goes_on()
    {
        await using var road = new Road(builder =>
        {
            builder.AddTool(Picture, "picture");
            builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Input = ["text"] });
        });
        road.Model.Calls("picture").Says("I see nothing.");
        var turn = await road.RunAsync(new TurnRequest { Content = "Look", Tools = ["picture"] });
        Assert.Equal((TurnStatus.Completed, "I see nothing."), (turn.Status, turn.Answer));
        Assert.Equal("""[image/png: left out, "test/model" does not read it]""", Assert.IsType<TextContent>(Sent(road, 2)[1]).Text);
        await road.RunAsync(new TurnRequest { Conversation = turn.Conversation, Content = "Again" });
        Assert.Equal("""[image/png: left out, "test/model" does not read it]""", Assert.IsType<TextContent>(Sent(road, 2)[1]).Text);
    }

    [Fact]
    public async Task Texts_and_media_are_bounded_each_with_a_note()
    {
        await using var road = new Road(builder =>
        {
            builder.AddTool(() => new AIContent[] { new TextContent(new string('a', 200)), new TextContent(new string('b', 200)), new DataContent(new byte[2000], "image/png"), new DataContent(Dot, "image/png") }, "much");
            builder.AddTool(() => new string('c', 255) + "🦀🦀", "pairs");
            builder.Services.Configure<ToolOptions>(options => (options.ResultLength, options.ResultMediaBytes) = (256, 1024));
        });
        road.Model.Calls("much").Calls("pairs", id: "call_2").Says("ok");
        await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["*"] });
        var parts = Sent(road, 2);
        Assert.Equal(new string('a', 200), ((TextContent)parts[0]).Text);
        Assert.Equal(new string('b', 56) + "\n[cut: 144 of 200 characters left out]", ((TextContent)parts[1]).Text);
        Assert.Equal("[image/png of 2,000 bytes left out: a result may have 1,024]", ((TextContent)parts[2]).Text);
        Assert.Equal(3, ((DataContent)parts[3]).Data.Length);
        Assert.Equal($"tool: [result {new string('c', 255)}\n[cut: 4 of 259 characters left out]]", road.Model.Last.Transcript[^1]);
    }
}
