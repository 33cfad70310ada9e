using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Packing;

namespace Turnpike.Tests.Scenarios;

/// <summary>What is sent and the answer that was asked for fit the model's window together, whatever a provider reports.</summary>
public sealed class RoomForAnswers
{
    private const int Window = 8000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A road to a model with a window that reports as many input tokens as a test says.</summary>
    private static Road Reporting(int tokens)
    {
        var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = Window }));
        for (var i = 0; i < 20; i++) road.Model.Answers((_, stop) => ScriptedModel.Updates([new(ChatRole.Assistant, [new TextContent(new string('b', 400)), new UsageContent(new() { InputTokenCount = tokens, OutputTokenCount = 100 })]) { FinishReason = ChatFinishReason.Stop }], stop));
        return road;
    }

    private static TurnRequest Asking(string? conversation, int? answer, int characters = 4000) => new() { Conversation = conversation, Content = new string('a', characters), Parameters = new() { MaxOutputTokens = answer } };

    [Theory]
    [InlineData(4000, 4000)]
    [InlineData(6500, 6500)]
    [InlineData(500, 500)]
    [InlineData(null, Window / 4)]
    public async Task All_of_the_answer_that_was_asked_for_is_kept_free(int? answer, int kept)
    {
        await using var road = Reporting(0);
        string? conversation = null;
        for (var i = 0; i < 10; i++) conversation = (await road.RunAsync(Asking(conversation, answer))).Conversation;
        Assert.All(road.Model.Requests, request => Assert.InRange(request.Messages.Sum(TokenEstimate.Of) + kept, 1, Window));
        Assert.Equal("history", Assert.Single((await road.Runner.PreviewAsync(Asking(conversation, answer), Cancellation)).Packing).Kind);
    }

    [Theory]
    [InlineData(Window)]
    [InlineData(999_999)]
    public async Task An_answer_that_takes_the_whole_window_is_refused(int answer)
    {
        await using var road = Reporting(0);
        var error = await road.RefusedAsync(Asking(null, answer, 10));
        Assert.Equal((TurnErrorCode.ParameterInvalid, "parameters.maxOutputTokens"), (error.Code, error.Field));
        Assert.Contains("8,000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_reports_next_to_nothing_does_not_switch_the_window_off()
    {
        await using var road = Reporting(10);
        for (var i = 0; i < 5; i++) await road.RunAsync(Asking(null, null));
        Assert.Equal(1, road.Get<TokenCalibration>().Ratio("test/model"));
        Assert.Equal(TurnErrorCode.ContextLengthExceeded, (await road.RefusedAsync(Asking(null, null, 30_000))).Code);
    }

    [Fact]
    public void A_ratio_moves_slowly_and_never_below_its_bound()
    {
        var calibration = new TokenCalibration();
        calibration.Note("m", 1000, 499);
        Assert.Equal(1, calibration.Ratio("m"));
        calibration.Note("m", 1000, 500);
        Assert.Equal(0.88, calibration.Ratio("m"), 6);
        for (var i = 0; i < 50; i++) calibration.Note("m", 1000, 500);
        Assert.InRange(calibration.Ratio("m"), 0.6, 0.6001);
        calibration.Note("n", 1000, 2000);
        Assert.Equal(1.3, calibration.Ratio("n"), 6);
    }
}
