using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

/// <summary>A model that stands in for another is asked for a shape in the way that it takes.</summary>
public sealed class ModelsThatStandIn : IDisposable
{
    private readonly ScriptedModel _spare = new();

    public void Dispose() => _spare.Dispose();

    private Road NewRoad(string[]? first, string[]? spare) => new(builder =>
    {
        builder.AddModel("spare/model", _spare).AddTool(AIFunctionFactory.Create(() => new AIContent[] { new TextContent("Drawn."), new DataContent(new byte[] { 1, 2, 3 }, "image/png") }, "draw"));
        builder.Services.Configure<ModelOptions>(options => options.Attempts = 1).Configure<ModelCatalogOptions>(options =>
        {
            options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = first };
            options.Models["spare/model"] = new() { Id = "spare/model", Provider = "spare", Parameters = spare, Input = ["text"] };
        });
    });

    private static TurnRequest Asking => new()
    {
        Prompt = new Prompt { Fallback = ["spare/model"], Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be brief." }] }] },
        Content = "How much?",
        Parameters = new() { ResponseFormat = new() { ["type"] = "json_schema", ["schema"] = JsonNode.Parse("""{"type":"object","properties":{"total":{"type":"number"}},"required":["total"]}""") } },
    };

    private static TurnException Busy => new(TurnErrorCode.ProviderError, "busy") { ProviderStatus = 503 };

    [Fact]
    public async Task One_that_takes_no_formats_is_told_the_shape_and_its_answer_is_held_and_asked_for_once_more()
    {
        await using var road = NewRoad(null, []);
        road.Model.Fails(Busy).Fails(Busy);
        _spare.Says("It is three.").Says("```json\n", "{\"total\":3}\n```");
        var turn = await road.RunAsync(Asking);
        Assert.Equal(["system: Be brief.", "user: How much?"], road.Model.Requests[0].Transcript);
        Assert.Equal(["system", "system", "user"], _spare.Requests[0].Messages.Select(message => message.Role.Value));
        Assert.StartsWith("system: Answer with JSON only", _spare.Requests[0].Transcript[1], StringComparison.Ordinal);
        Assert.Null(_spare.Requests[0].Options.ResponseFormat);
        Assert.StartsWith("user: This answer does not have the shape", _spare.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(("{\"total\":3}", 3), (turn.Answer, turn.Output?.GetProperty("total").GetInt32()));
        Assert.Equal("{\"total\":3}", string.Concat((await road.EventsAsync(turn.Id)).OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.Equal("output_repaired", Assert.Single(turn.Warnings).Code);
    }

    [Fact]
    public async Task A_first_model_that_takes_formats_is_not_held_back_because_another_would_be()
    {
        await using var road = NewRoad(null, []);
        road.Model.Says("It is ", "three.");
        var turn = await road.RunAsync(Asking);
        Assert.Equal(("It is three.", "output_invalid"), (turn.Answer, Assert.Single(turn.Warnings).Code));
        Assert.Single(road.Model.Requests);
        Assert.Empty(_spare.Requests);
    }

    [Fact]
    public async Task One_that_takes_formats_gets_the_schema_itself()
    {
        await using var road = NewRoad([], null);
        road.Model.Fails(Busy);
        _spare.Says("{\"total\":", "4}");
        var turn = await road.RunAsync(Asking);
        Assert.IsType<ChatResponseFormatJson>(_spare.Last.Options.ResponseFormat);
        Assert.StartsWith("system: Answer with JSON only", road.Model.Last.Transcript[1], StringComparison.Ordinal);
        Assert.Equal(["system: Be brief.", "user: How much?"], _spare.Last.Transcript); // the words were for the first
        Assert.Equal(("{\"total\":4}", 4), (turn.Answer, turn.Output?.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task What_it_does_not_take_is_warned_of_once_and_a_tools_picture_becomes_a_note_for_it_alone()
    {
        await using var road = NewRoad(null, []);
        road.Model.Calls("draw").Fails(Busy).Fails(Busy);
        _spare.Calls("draw", id: "call_2").Says("Seen.");
        var turn = await road.RunAsync(new TurnRequest { Prompt = Asking.Prompt, Content = "Draw", Parameters = new() { Temperature = 0.3, Seed = 7, ToolChoice = "required" }, Tools = ["draw"] });
        Assert.Equal((0.3f, 7L), (road.Model.Last.Options.Temperature, road.Model.Last.Options.Seed));
        Assert.Equal((null, null, null), (_spare.Last.Options.Temperature, _spare.Last.Options.Seed, _spare.Last.Options.ToolMode));
        Assert.Equal(["draw"], _spare.Last.Tools);
        Assert.Equal([true, true], Pictures(road.Model.Last));
        Assert.Equal([false, false], Pictures(_spare.Last));
        Assert.Equal(["Model \"spare/model\" does not take \"seed\"; it was left out.", "Model \"spare/model\" does not take \"temperature\"; it was left out.", "Model \"spare/model\" does not take \"toolChoice\"; it was left out."], turn.Warnings.Select(warning => warning.Message).Order());
        Assert.Equal(("Seen.", TurnStatus.Completed), (turn.Answer, turn.Status));
    }

    [Fact]
    public async Task One_that_does_not_read_what_is_attached_is_not_asked_and_the_first_fault_is_told()
    {
        await using var road = NewRoad(null, null);
        road.Model.Fails(Busy);
        var turn = await road.RunAsync(new TurnRequest { Prompt = Asking.Prompt, Content = "What is this?", Resources = [new() { Kind = "image", MediaType = "image/png", Data = "aGk=" }] });
        Assert.Empty(_spare.Requests);
        Assert.Equal((TurnStatus.Failed, "busy"), (turn.Status, turn.Error?.Message));
        var skipped = Assert.Single(turn.Warnings);
        Assert.Equal("model_skipped", skipped.Code);
        Assert.StartsWith("Model \"spare/model\", which stands in, was not asked: Model \"spare/model\" reads no images", skipped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_the_first_refuses_before_it_is_sent_is_a_fault_of_that_one_alone()
    {
        await using var road = NewRoad(null, null);
        road.Model.Answers((_, _) => throw new TurnException(TurnErrorCode.ParameterInvalid, "not here"));
        _spare.Says("Three.");
        var turn = await road.RunAsync(new TurnRequest { Prompt = Asking.Prompt, Content = "How much?" });
        Assert.Equal("Three.", turn.Answer);
        Assert.Equal((TurnStatus.Failed, "parameter_invalid", null, null), (turn.Attempts[0].Status, turn.Attempts[0].Error?.Code, turn.Attempts[0].Usage, turn.Attempts[0].Cost));
        Assert.Equal(TurnStatus.Completed, turn.Attempts[1].Status);
    }

    /// <summary>Whether each result of a tool that was sent holds a picture.</summary>
    private static IEnumerable<bool> Pictures(ScriptedRequest sent) =>
        sent.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.Result is IEnumerable<AIContent> parts && parts.Any(part => part is DataContent));
}
