using Turnpike.Triggers.Parsing;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers;

/// <summary>The triggers of one text being run. One that fails becomes text again, as if it had never been run.</summary>
internal sealed class TriggerRun(ParsedText parsed, TurnDraft draft, TriggerCatalog catalog, TriggerSyntax syntax, Func<ParsedTrigger, Exception, TriggerDiagnostic> failed)
{
    private readonly DraftMark _start = draft.Mark();
    private readonly Dictionary<ParsedTrigger, TriggerDiagnostic> _failed = [];
    private readonly HashSet<ParsedTrigger> _staying = [];
    private readonly List<ParsedTrigger> _applied = [];
    private readonly List<TurnAction> _actions = [];
    private readonly List<HeardAnswer> _heard = [];

    /// <summary>The triggers that are run: those that were understood and did not fail.</summary>
    private ParsedTrigger[] Running => [.. parsed.Triggers.Where(trigger => trigger.IsAccepted && !_staying.Contains(trigger))];

    /// <summary>What is to be done after the turn is committed.</summary>
    public IReadOnlyList<TurnAction> Actions => _actions;

    /// <summary>
    /// Runs all that have not failed yet; those that wait for another one come last. False when one failed behind another that had changed the text, or may have counted on it: then everything is
    /// undone, and the next pass begins with the failed one back in the text.
    /// </summary>
    public async ValueTask<bool> PassAsync(CancellationToken cancellationToken)
    {
        draft.Rollback(_start);
        _actions.Clear();
        _applied.Clear();
        var cleaned = Clean();
        var waiting = new List<ParsedTrigger>();
        foreach (var trigger in Running)
        {
            if (waiting.Exists(other => other.Definition == trigger.Definition)) waiting.Add(trigger); // the last one counts
            else if (await RunAsync(trigger, mayWait: trigger.Definition!.Method.Waits, cancellationToken) is not { } isDone) waiting.Add(trigger);
            else if (isDone) continue;
            else if (draft.Content != cleaned) return false;
            else cleaned = Clean();
        }
        foreach (var trigger in waiting)
        {
            if (await RunAsync(trigger, mayWait: false, cancellationToken) == false) return false; // others may have counted on it
        }
        return true;
    }

    /// <summary>Notes each trigger with its outcome, and warns of what a person should know.</summary>
    public void Tell()
    {
        foreach (var trigger in parsed.Triggers) draft.Note(new(trigger.Name, [.. trigger.Values.Select(value => value.ToString())], trigger.Span, Outcome(trigger), trigger.Sticky));
        foreach (var diagnostic in parsed.Diagnostics.Concat(_failed.Values).OrderBy(diagnostic => diagnostic.Span.Start)) draft.Warn(diagnostic.Code, diagnostic.Message, diagnostic.Span);
        foreach (var same in _applied.GroupBy(trigger => trigger.Definition!).Where(same => same.Key.Method.Repeat != TriggerRepeat.Independent && same.Count() > 1))
        {
            var says = same.Key.Method.Repeat == TriggerRepeat.Unites ? "they are taken together" : "the last one counts";
            draft.Warn("trigger_duplicate", $"\"{syntax.Start}{same.Key.FullName}\" stands {same.Count()} times; {says}.", same.Last().Span);
        }
    }

    /// <summary>Runs one; false when it failed, null when it must wait for what others bring.</summary>
    private async ValueTask<bool?> RunAsync(ParsedTrigger trigger, bool mayWait, CancellationToken cancellationToken)
    {
        var before = draft.Mark();
        var invocation = new TriggerInvocation(trigger, trigger.Definition!, draft, catalog, _applied.Exists(other => other.Definition == trigger.Definition), Running) { Heard = _heard };
        draft.As(new($"trigger:{syntax.Start}{trigger.Name}", trigger.Span, trigger.Sticky));
        try
        {
            await trigger.Definition!.Method.Handler(invocation, cancellationToken);
        }
        catch (TurnException error) when (mayWait && error.Code == TurnErrorCode.VariableUndefined)
        {
            draft.Rollback(before);
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _failed[trigger] = failed(trigger, error);
            _staying.Add(trigger);
            draft.Rollback(before);
            return false;
        }
        _applied.Add(trigger);
        _actions.AddRange(invocation.Actions);
        return true;
    }

    private string Clean()
    {
        draft.As(new("triggers"));
        draft.SetContent(TriggerText.Clean(parsed, _staying).Text);
        return draft.Content;
    }

    private string Outcome(ParsedTrigger trigger) =>
        _failed.TryGetValue(trigger, out var why) ? why.Code == TriggerDiagnostic.Failed ? "failed" : "invalid"
        : trigger.IsAccepted ? "applied"
        : trigger.Definition is null ? "unknown" : "invalid";
}
