using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Middleware.Hooks;

/// <summary>A hook that sees drafts at <c>turn-finalize</c> and requests at <c>before-start</c>.</summary>
internal sealed class HookMiddleware(HookClient client, SecretNames secrets) : ITurnMiddleware, IRequestMiddleware
{
    public string Name => client.Name;

    public async ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        var before = draft.Mark();
        var secret = await secrets.ReadAsync(cancellationToken);
        try
        {
            new DraftAnswer(await client.AskAsync(HookOptions.TurnFinalize, writer => HookBody.Write(writer, draft, secret), cancellationToken)).Apply(draft);
        }
        catch (HookException error)
        {
            draft.Rollback(before);
            Failed(draft, error);
        }
    }

    public async ValueTask<ModelRequest> InvokeAsync(TurnDraft draft, ModelRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.AskAsync(HookOptions.BeforeStart, writer =>
            {
                HookBody.Who(writer, draft);
                writer.WritePropertyName("request"u8);
                JsonSerializer.Serialize(writer, request, TurnpikeJson.Relaxed.ModelRequest);
            }, cancellationToken);
            return new RequestAnswer(answer).Apply(draft, request);
        }
        catch (HookException error)
        {
            Failed(draft, error);
            return request;
        }
    }

    private void Failed(TurnDraft draft, HookException error)
    {
        if (client.OnError == HookFailure.Refuse) throw new TurnException(TurnErrorCode.Rejected, $"Hook \"{Name}\" {error.Message}, so the turn was not sent.");
        draft.Warn("hook_failed", $"Hook \"{Name}\" {error.Message}; the turn went on without it.");
    }
}
