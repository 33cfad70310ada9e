using Microsoft.Extensions.AI;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Turns.Usage;

/// <summary>Asks models beside the road. Each call is held against the limits of the key under which it is made, and its tokens are kept among those of turns.</summary>
public sealed class SideCalls(TurnMeter meter, IUsageStore usage, TimeProvider time)
{
    /// <summary>Asks a model.</summary>
    /// <param name="purpose">What it is for, and for whom it counts.</param>
    /// <param name="model">The model.</param>
    /// <param name="messages">What is sent.</param>
    /// <param name="options">How it is sent; null: as the provider likes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>rate_limited, budget_exceeded</c>: the key may use no more, and nothing was sent; or what the provider says.</exception>
    public async Task<ChatResponse> AskAsync(SidePurpose purpose, ChosenModel model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ArgumentNullException.ThrowIfNull(model);
        var (id, tokens) = (purpose.Id ?? Ids.New("side"), messages.Sum(TokenEstimate.Of));
        var isCounted = await meter.ReserveAsync(id, model, tokens, cancellationToken);
        var (asked, at) = (time.GetTimestamp(), time.GetUtcNow());
        ChatResponse? answer = null;
        var isCutOff = false;
        try
        {
            return answer = await model.Client.GetResponseAsync(messages, options, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception error)
        {
            isCutOff = cancellationToken.IsCancellationRequested || error is TurnException { Code: TurnErrorCode.ProviderStreamBroken }; // whoever cuts it off, what was sent is used
            throw;
        }
        finally
        {
            var used = answer is not null ? Used(answer, tokens) : isCutOff ? new() { InputTokens = tokens, Estimated = true } : null;
            try
            {
                if (isCounted) await meter.SettleAsync(id, model, answer is null ? new() { InputTokenCount = isCutOff ? tokens : 0, OutputTokenCount = 0 } : answer.Usage); // of a refused one nothing
            }
            finally
            {
                await usage.KeepAsync(new()
                {
                    Id = id,
                    Kind = purpose.Kind,
                    Model = model.Id,
                    Key = KeyScope.Current?.Id,
                    Project = purpose.Project,
                    Prompt = purpose.Prompt,
                    Usage = used,
                    Cost = used is null ? null : Prices.Cost(model.Info?.Price, used),
                    Milliseconds = time.GetElapsedTime(asked).TotalMilliseconds,
                    CreatedAt = at,
                }, CancellationToken.None);
            }
        }
    }

    private static TurnUsage Used(ChatResponse answer, long estimated) => TokenCounts.Reported(answer.Usage)
        ?? new() { InputTokens = estimated, OutputTokens = TokenEstimate.Of(answer.Text), Estimated = true };
}
