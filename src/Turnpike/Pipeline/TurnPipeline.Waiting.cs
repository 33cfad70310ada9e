using Microsoft.Extensions.AI;
using Turnpike.Conversations;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Pipeline;

// The last two stations for turns that waited for somebody outside.
public sealed partial class TurnPipeline
{
    /// <summary>The prompt that a turn would run as which waits for another one; null: none is known.</summary>
    internal ValueTask<Prompt?> PromptOfAsync(TurnRequest request, CancellationToken cancellationToken) => opening.PromptOfAsync(request, cancellationToken);

    /// <summary>Goes on with a turn whose open calls were answered.</summary>
    public Task<Turn> ResumeAsync(WaitingTurn waiting, ModelRequest request, TurnRecording recording, CancellationToken cancellationToken)
    {
        ModelTurn? turn = null;
        return conversations.KeepAsync(recording, GoOnAsync(), () => turn!.Waits(), cancellationToken);

        async IAsyncEnumerable<TurnEvent> GoOnAsync()
        {
            turn = await ReviveAsync(waiting, request, recording, cancellationToken);
            recording.Tools = turn.Tools;
            await foreach (var happened in models.AnswerAsync(turn, TurnTelemetry.Watch(caller.For(turn, handedOver: false)), attempt => Note(recording, attempt), cancellationToken)) yield return happened;
        }
    }

    private async Task<ModelTurn> ReviveAsync(WaitingTurn waiting, ModelRequest request, TurnRecording recording, CancellationToken cancellationToken)
    {
        var (model, fallback) = await models.ChooseAsync(request.Model, waiting.State.Fallback, cancellationToken);
        var offered = await tools.ReviveAsync(request, waiting.State.Tools, cancellationToken);
        return new()
        {
            Id = waiting.Turn.Id,
            Request = request with { Messages = [.. request.Messages, .. recording.Fold.Messages()] },
            Model = model,
            Fallback = fallback,
            StandsIn = (other, _) => ValueTask.FromResult(Sent(request, other, offered)),
            Composed = request.Messages.Count,
            Tools = offered,
            Tokens = waiting.State.Tokens,
            Record = waiting.State.Record,
            Restart = waiting.State.Restart,
            AsksInput = waiting.State.AsksInput,
            Caller = waiting.State.Caller,
            Exchanges = waiting.Turn.Store == false ? null : tapes.Of(waiting.Turn.Id, waiting.State.Record),
            Answers = waiting.Answers,
            Steps = recording.Fold.Steps,
            Blocks = recording.Fold.Blocks,
            Used = recording.Fold.Usage,
            Cost = recording.Fold.Cost,
            Ran = recording.Fold.Ran,
            Calls = Made(recording, waiting.State),
        };
    }

    /// <summary>The tool calls that were made here: those of the client's tools are made elsewhere.</summary>
    private static int Made(TurnRecording recording, WaitingState state)
    {
        var elsewhere = state.Tools.Where(tool => tool.IsClient).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        return recording.Fold.Messages().SelectMany(message => message.Contents).OfType<FunctionCallContent>().Count(call => !elsewhere.Contains(call.Name));
    }

    private static void Note(TurnRecording recording, TurnAttempt attempt)
    {
        recording.Attempts.Add(attempt);
        TurnTelemetry.Attempt(attempt);
    }

    /// <summary>Ends a turn that was taken to go on, without asking anybody.</summary>
    public Task<Turn> EndAsync(TurnRecording recording, TurnEvent last) => conversations.EndAsync(recording, last);
}
