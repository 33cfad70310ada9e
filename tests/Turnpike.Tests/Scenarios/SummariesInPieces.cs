using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tests.Scenarios;

/// <summary>A summary of more than a model's window takes, and one that does not come.</summary>
public sealed class SummariesInPieces
{
    private const int Window = 1000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A conversation of another model's, whose window nobody knows.</summary>
    private static async Task<(Road Road, string Conversation)> TalkedAsync(string[] contents, Action<ModelOptions>? more = null)
    {
        var road = new Road(builder => builder.AddModel("test/other", new ScriptedModel()).Services.Configure<ModelOptions>(options => more?.Invoke(options)).Configure<ModelCatalogOptions>(options =>
            options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = Window }));
        string? conversation = null;
        foreach (var content in contents) conversation = (await road.RunAsync(new TurnRequest { Model = "test/other", Conversation = conversation, Content = content })).Conversation;
        return (road, conversation!);
    }

    [Fact]
    public async Task Every_piece_fits_the_window_each_has_the_summary_before_it_and_nothing_is_left_out()
    {
        string[] contents = [.. Enumerable.Range(0, 6).Select(number => $"{number}" + new string('a', 1200)), string.Join("\n\n", Enumerable.Repeat(new string('p', 700), 8)), new('w', 5000), "last"];
        var (road, conversation) = await TalkedAsync(contents);
        await using var _ = road;
        for (var i = 1; i <= 30; i++) road.Model.Says($"Summary {i}.");

        var summary = await road.Get<ConversationCompaction>().CompactAsync(conversation, 1, "test/model", Stop);

        var pieces = road.Model.Requests.Select(request => request.Messages[1].Text).ToArray();
        Assert.InRange(pieces.Length, 5, 12);
        Assert.All(road.Model.Requests, request => Assert.InRange(request.Messages.Sum(TokenEstimate.Of), 1, Window - (Window / 4)));
        Assert.All(pieces.Skip(1).Select((piece, i) => (piece, i)), one => Assert.StartsWith($"Summary of what came before:\nSummary {one.i + 1}.\n\n", one.piece, StringComparison.Ordinal));
        Assert.Equal(string.Concat(contents.SkipLast(1).Select(content => $"user: {content}\n\nassistant: ok\n\n")), string.Concat(pieces.Select((piece, i) => i == 0 ? piece : piece[piece.IndexOf("\n\n", StringComparison.Ordinal)..][2..])));
        Assert.StartsWith("user: 0a", pieces[0], StringComparison.Ordinal);
        Assert.EndsWith("assistant: ok\n\n", pieces[0], StringComparison.Ordinal); // nobody is cut short who need not be
        Assert.Equal(($"Summary {pieces.Length}.", 8, 10L * pieces.Length), (summary.Text, summary.Turns, summary.Usage!.InputTokens));
        Assert.Equal(summary, Assert.Single((await road.ConversationAsync(conversation)).Summaries));
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_told_of_in_our_own_words_and_nothing_is_kept()
    {
        var (road, conversation) = await TalkedAsync([new('a', 2000), new('b', 2000), "last"]);
        await using var _ = road;
        road.Model.Says("Summary 1.").Fails(new HttpRequestException("refused"));
        var error = await Assert.ThrowsAsync<TurnException>(() => road.Get<ConversationCompaction>().CompactAsync(conversation, 1, "test/model", Stop));
        Assert.Equal((TurnErrorCode.ProviderUnreachable, "The provider of \"test/model\" cannot be reached: refused"), (error.Code, error.Message));
        Assert.Empty((await road.ConversationAsync(conversation)).Summaries);
    }

    [Theory]
    [InlineData(false, "said nothing for 0.03 s")]
    [InlineData(true, "fell silent for 0.04 s")]
    public async Task One_that_does_not_answer_is_waited_for_as_long_as_in_a_turn(bool speaks, string told)
    {
        var (road, conversation) = await TalkedAsync(["one", "two"], options => (options.FirstToken, options.BetweenTokens) = (TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(40)));
        await using var _ = road;
        road.Model.Answers((_, stop) => SilentAsync(speaks, stop));
        var error = await Assert.ThrowsAsync<TurnException>(() => road.Get<ConversationCompaction>().CompactAsync(conversation, 1, "test/model", Stop));
        Assert.Equal(TurnErrorCode.Timeout, error.Code);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_pieces_together_have_the_time_of_a_turn()
    {
        var (road, conversation) = await TalkedAsync(["one", "two"], options => options.Turn = TimeSpan.FromMilliseconds(200));
        await using var _ = road;
        road.Model.Answers((_, stop) => SilentAsync(speaks: true, stop));
        var error = await Assert.ThrowsAsync<TurnException>(() => road.Get<ConversationCompaction>().CompactAsync(conversation, 1, "test/model", Stop));
        Assert.Equal(TurnErrorCode.Timeout, error.Code);
        Assert.Contains("Turnpike:ModelCalls:Turn", error.Message, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> SilentAsync(bool speaks, [EnumeratorCancellation] CancellationToken stop)
    {
        if (speaks) yield return new(ChatRole.Assistant, "They");
        await Task.Delay(Timeout.Infinite, stop);
    }
}
