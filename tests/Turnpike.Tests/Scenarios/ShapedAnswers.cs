using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Scenarios;

public sealed class ShapedAnswers
{
    private static readonly JsonObject Schema = (JsonObject)JsonNode.Parse("""{"type":"object","properties":{"total":{"type":"number"}},"required":["total"]}""")!;

    private static TurnRequest Asking(bool? strict = null)
    {
        var format = new JsonObject { ["type"] = "json_schema", ["schema"] = Schema.DeepClone() };
        if (strict is { } said) format["strict"] = said;
        return new() { Content = "How much?", Parameters = new() { ResponseFormat = format } };
    }

    private static void TakesNoFormat(TurnpikeBuilder builder) =>
        builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Parameters = ["temperature"] });

    [Fact]
    public async Task A_model_that_takes_response_formats_is_sent_the_schema_and_the_value_is_kept()
    {
        await using var road = new Road();
        road.Model.Says("{\"total\":", " 3}");
        var turn = await road.RunAsync(Asking());
        var format = Assert.IsType<ChatResponseFormatJson>(road.Model.Last.Options.ResponseFormat);
        Assert.True(JsonElement.DeepEquals(JsonSerializer.SerializeToElement(Schema), format.Schema!.Value));
        Assert.Equal(["user: How much?"], road.Model.Last.Transcript);
        Assert.Equal(3, turn.Output!.Value.GetProperty("total").GetInt32());
        Assert.Equal("{\"total\": 3}", turn.Answer);
    }

    [Fact]
    public async Task A_model_that_takes_none_is_told_the_schema_in_words_and_preview_shows_it()
    {
        await using var road = new Road(TakesNoFormat);
        road.Model.Says("```json\n{\"total\": 4}\n```");
        var turn = await road.RunAsync(Asking());
        Assert.Null(road.Model.Last.Options.ResponseFormat);
        Assert.StartsWith("system: Answer with JSON only", road.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.Contains("\"required\":[\"total\"]", road.Model.Last.Transcript[0], StringComparison.Ordinal);
        Assert.Equal(("{\"total\": 4}", 4), (turn.Answer, turn.Output!.Value.GetProperty("total").GetInt32()));
        var preview = await road.Runner.PreviewAsync(Asking(), TestContext.Current.CancellationToken);
        Assert.Equal(ChatRole.System, preview.Request.Messages[0].Role);
        Assert.DoesNotContain(turn.Warnings, warning => warning.Code == "parameter_dropped");
    }

    [Theory]
    [InlineData("It is three.", "it is no JSON")]
    [InlineData("{\"total\": \"three\"}", "total")]
    public async Task An_answer_of_another_shape_is_asked_for_once_more_and_only_the_second_is_told(string first, string fault)
    {
        await using var road = new Road(TakesNoFormat);
        road.Model.Says(first).Says("{\"total\":3}");
        var turn = await road.RunAsync(Asking());
        Assert.Equal(2, road.Model.Requests.Count);
        Assert.Equal($"assistant: {first}", road.Model.Last.Transcript[^2]);
        Assert.StartsWith("user: This answer does not have the shape that was asked for", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Contains(fault, road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(("{\"total\":3}", TurnStatus.Completed), (turn.Answer, turn.Status));
        Assert.Contains(turn.Warnings, warning => warning.Code == "output_repaired");
        var events = await road.EventsAsync(turn.Id);
        Assert.Equal("{\"total\":3}", string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.Equal(2, events.OfType<UsageReported>().Count());
        Assert.Equal(20, turn.Usage.InputTokens);
    }

    [Fact]
    public async Task An_answer_of_another_shape_is_not_asked_for_again_when_the_budget_is_spent()
    {
        await using var road = new Road(TakesNoFormat);
        road.Model.Says("no").Says("never asked");
        var asking = Asking();
        var turn = await road.RunAsync(asking with { Parameters = (asking.Parameters ?? TurnParameters.None) with { Budget = new System.Text.Json.Nodes.JsonObject { ["tokens"] = 1 } } });
        Assert.Single(road.Model.Requests);
        Assert.Equal(("no", TurnStatus.Completed), (turn.Answer, turn.Status));
        Assert.Contains(turn.Warnings, warning => warning.Code == "output_invalid");
    }

    [Fact]
    public async Task A_second_answer_of_another_shape_is_kept_with_a_warning_and_without_a_value()
    {
        await using var road = new Road(TakesNoFormat);
        road.Model.Says("no").Says("still no").Says("never asked");
        var turn = await road.RunAsync(Asking());
        Assert.Equal(2, road.Model.Requests.Count);
        Assert.Equal(("still no", TurnStatus.Completed), (turn.Answer, turn.Status));
        Assert.Null(turn.Output);
        Assert.Contains(turn.Warnings, warning => warning.Code == "output_invalid");
    }

    [Fact]
    public async Task A_provider_hears_that_the_shape_is_strict_and_an_answer_without_it_is_told_as_it_came_with_a_warning()
    {
        await using var road = new Road();
        road.Model.Says("Sorry, ", "no.");
        var turn = await road.RunAsync(Asking(strict: true));
        Assert.True(road.Model.Last.Options.AdditionalProperties!["strict"] is true);
        Assert.Single(road.Model.Requests);
        Assert.Equal("Sorry, no.", turn.Answer);
        Assert.Null(turn.Output);
        Assert.Contains(turn.Warnings, warning => warning.Code == "output_invalid");
    }

    [Fact]
    public async Task Words_before_a_tool_call_are_no_answer_and_the_last_step_is()
    {
        await using var road = new Road(builder => builder.AddTool(() => 7, "count"));
        road.Model.Calls("count").Says("{\"total\":7}");
        var turn = await road.RunAsync(Asking() with { Tools = ["count"] });
        Assert.Equal(7, turn.Output!.Value.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_prompts_output_schema_is_asked_for_and_what_a_broken_stream_had_said_is_kept()
    {
        await using var road = new Road(TakesNoFormat);
        await road.SaveAsync(new() { Key = "sum", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Sum up" }] }], Output = new() { Schema = JsonSerializer.SerializeToElement(Schema) } });
        road.Model.Answers((_, _) => Broken());
        var turn = await road.RunAsync(new TurnRequest { Prompt = new PromptReference { Id = "sum" } });
        Assert.Equal((TurnStatus.Failed, "{\"tot"), (turn.Status, turn.Answer));
        Assert.Contains("JSON Schema", road.Model.Last.Transcript[0], StringComparison.Ordinal);

        static async IAsyncEnumerable<ChatResponseUpdate> Broken()
        {
            yield return new(ChatRole.Assistant, "{\"tot");
            await Task.Yield();
            throw new HttpRequestException("cut");
        }
    }

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("true")]
    [InlineData("""{"type":5}""")]
    [InlineData("""{"type":"foo"}""")]
    [InlineData("""{"properties":5}""")]
    [InlineData("""{"properties":{"a":{"type":"strng"}}}""")]
    public async Task A_prompts_output_schema_that_is_none_is_refused_wherever_it_comes_in(string schema)
    {
        await using var road = new Road();
        var prompt = new Prompt { Key = "sum", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Sum up" }] }], Output = new() { Schema = JsonElement.Parse(schema) } };
        await road.SaveAsync(prompt);
        foreach (var error in new[]
        {
            await Assert.ThrowsAsync<TurnException>(() => road.Get<PromptKeeper>().SaveAsync(prompt, null, TestContext.Current.CancellationToken)),
            await Assert.ThrowsAsync<TurnException>(() => road.Runner.PreviewAsync(new() { Prompt = prompt }, TestContext.Current.CancellationToken)),
            await road.RefusedAsync(new() { Prompt = prompt }),
            await road.RefusedAsync(new() { Prompt = "sum" }),
        })
        {
            Assert.Equal((TurnErrorCode.RequestInvalid, "output.schema"), (error.Code, error.Field));
        }
        Assert.Equal("output.schema", Assert.Single((await road.Get<Turnpike.Prompts.Checking.PromptValidator>().ReviewAsync(prompt, TestContext.Current.CancellationToken)).Issues, issue => issue.Code == "output_invalid").Path);
    }

    [Fact]
    public async Task A_keyword_that_is_not_checked_here_is_the_models_business()
    {
        await using var road = new Road();
        var schema = JsonElement.Parse("""{"type":"object","properties":{"a":{"type":"array","contains":{"type":"number"}}}}""");
        await road.Get<PromptKeeper>().SaveAsync(new() { Key = "sum", Messages = [new() { Role = "user", Content = [new() { Type = "text", Text = "Sum up" }] }], Output = new() { Schema = schema } }, null, TestContext.Current.CancellationToken);
        await road.RunAsync(new TurnRequest { Prompt = "sum" });
        Assert.True(JsonElement.DeepEquals(schema, Assert.IsType<ChatResponseFormatJson>(road.Model.Last.Options.ResponseFormat).Schema!.Value));
    }
}
