using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Models;

/// <summary>A model asked for a whole answer beside the road, with the deadlines of turns: for the first token and for the silence between two. What goes wrong is told in our own codes.</summary>
internal sealed class PatientClient(ChosenModel model, ModelOptions deadlines) : DelegatingChatClient(model.Client)
{
    /// <summary>The model, waited for like that.</summary>
    public static ChosenModel Of(ChosenModel model, ModelOptions deadlines) => model with { Client = new PatientClient(model, deadlines) };

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (patience, bound, said, spoke) = (new Patience(model.Id, deadlines), new AnswerBound(model.Id, deadlines), new List<ChatResponseUpdate>(), false);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            deadline.CancelAfter(patience.FirstToken);
            await using var updates = new LeavableStream<ChatResponseUpdate>(base.GetStreamingResponseAsync(messages, options, deadline.Token).GetAsyncEnumerator(deadline.Token), deadline.Token);
            while (await updates.MoveNextAsync())
            {
                var update = updates.Current;
                if (bound.Over(update) is { } over) throw over;
                if (update.Contents.OfType<ErrorContent>().FirstOrDefault() is { ErrorCode: not "Refusal" } failure) throw ModelFault.Of(failure, model.Id);
                said.Add(update);
                spoke |= update.Contents.Count > 0;
                if (spoke) deadline.CancelAfter(patience.BetweenTokens);
            }
            return said.ToChatResponse();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw ModelFault.Of(error, model.Id, deadline.IsCancellationRequested ? patience.Fault(spoke) : null);
        }
    }
}
