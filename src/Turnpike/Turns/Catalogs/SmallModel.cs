using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Json;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Catalogs;

/// <summary>Asks a small model one question beside the road, within a deadline, for an answer of a given shape.</summary>
internal sealed class SmallModel(ModelCatalog models, SideCalls calls, IOptions<ModelCatalogOptions> options, TimeProvider time)
{
    /// <summary>Asks, and gives the JSON of the answer.</summary>
    /// <param name="purpose">What the answer is for, and for whom it counts.</param>
    /// <param name="fallback">The model asked when no small one is configured; null: that of turns which say none.</param>
    /// <param name="task">What to do with the text, for the model.</param>
    /// <param name="text">The text; data, not instructions.</param>
    /// <param name="schema">The shape of the answer.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>timeout</c>, <c>rate_limited</c> or <c>budget_exceeded</c> when the key may use no more, <c>provider_error</c> when the answer is no JSON, or what the provider says.</exception>
    public async Task<JsonElement> AskAsync(SidePurpose purpose, string? fallback, string task, string text, JsonElement schema, CancellationToken cancellationToken)
    {
        var model = await models.ChooseAsync(options.Value.SmallModel ?? fallback ?? models.Default, cancellationToken);
        using var deadline = new CancellationTokenSource(options.Value.SmallModelTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var asked = new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "answer") };
            var answer = await calls.AskAsync(purpose, model, [new(ChatRole.System, task), new(ChatRole.User, text)], asked, either.Token);
            return Json(answer.Text) ?? throw new TurnException(TurnErrorCode.ProviderError, $"Model \"{model.Id}\" answered something else than was asked for.");
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TurnException(TurnErrorCode.Timeout, FormattableString.Invariant($"Model \"{model.Id}\" did not answer within {options.Value.SmallModelTimeout.TotalSeconds:0.#} s."), error);
        }
        catch (Exception error) when (error is not (TurnException or OperationCanceledException))
        {
            throw new TurnException(TurnErrorCode.ProviderError, $"Model \"{model.Id}\" could not be asked.", error);
        }
    }

    /// <summary>The first object or list in an answer; some models talk around it. Null when there is none.</summary>
    private static JsonElement? Json(string answer)
    {
        var from = answer.AsSpan().IndexOfAny('{', '[');
        if (from < 0) return null;
        var to = answer.LastIndexOf(answer[from] == '{' ? '}' : ']');
        if (to < from) return null;
        return ForeignJson.Parse(answer[from..(to + 1)]);
    }
}
