using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Triggers.Parsing;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers;

/// <summary>Door 2: triggers leave the typed text and become choices. Only the text of this turn is read; what is not understood stays in it, with a warning.</summary>
public sealed partial class TriggerProcessor(TriggerCatalog catalog, TriggerParser parser, TriggerSyntax syntax, IOptions<TriggerOptions> options, ILogger<TriggerProcessor> logger)
{
    /// <summary>Runs the triggers of a draft's text, in order. What is named when a turn is done again stands above them.</summary>
    /// <returns>What they want done after the turn is committed; a preview only lists it.</returns>
    /// <exception cref="TurnException"><c>trigger_unknown, trigger_invalid</c>, each with the span, and only under policy <c>reject</c>.</exception>
    public async ValueTask<IReadOnlyList<TurnAction>> ProcessAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        var actions = Reads(draft) ? await RunAsync(draft, cancellationToken) : [];
        draft.Choose();
        return actions;
    }

    private async ValueTask<IReadOnlyList<TurnAction>> RunAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        var parsed = await ParseAsync(draft, cancellationToken);
        if (parsed.Diagnostics.Count == 0 && parsed.Segments.All(segment => segment.Kind == TriggerSegmentKind.Text)) return [];
        if (options.Value.Policy == TriggerPolicy.Reject && parsed.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Code != TriggerDiagnostic.Limit) is { } first) throw Refused(first);

        var run = new TriggerRun(parsed, draft, catalog, syntax, (trigger, error) => Failed(draft, trigger, error));
        while (!await run.PassAsync(cancellationToken)) { }
        run.Tell();
        draft.As(new("triggers"));
        return run.Actions;
    }

    /// <summary>Reads the text; names that a line's end makes depend on stores and other servers are looked up for this turn, and then it is read with them.</summary>
    private async ValueTask<ParsedText> ParseAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        var known = new KnownNames();
        var parsed = parser.Parse(draft.Content, draft.Request.Typed, known);
        while (await known.LookUpAsync(draft, cancellationToken)) parsed = parser.Parse(draft.Content, draft.Request.Typed, known);
        return parsed;
    }

    /// <summary>Whether the text is read: any "off" wins, else any "on", else the face decides.</summary>
    private static bool Reads(TurnDraft draft) => draft.Prompt?.Prompt.Triggers != "off" && KeyScope.Current?.Settings.Triggers != "off" && draft.Request.Triggers switch
    {
        TriggerReading.Off => false,
        TriggerReading.FaceOff => draft.Prompt?.Prompt.Triggers == "on",
        _ => true,
    };

    private TriggerDiagnostic Failed(TurnDraft draft, ParsedTrigger trigger, Exception error)
    {
        var broken = error as TurnException;
        if (broken is null) HandlerFailed(trigger.Name, draft.Id, error);
        var message = $"\"{syntax.Start}{trigger.Name}\" stays text: {broken?.Message ?? "it failed. The server's log says more."}";
        var diagnostic = new TriggerDiagnostic(broken is null ? TriggerDiagnostic.Failed : TriggerDiagnostic.Invalid, message, trigger.Span);
        return options.Value.Policy == TriggerPolicy.Reject ? throw Refused(diagnostic) : diagnostic;
    }

    private static TurnException Refused(TriggerDiagnostic diagnostic) =>
        new(diagnostic.Code == TriggerDiagnostic.Unknown ? TurnErrorCode.TriggerUnknown : TurnErrorCode.TriggerInvalid, diagnostic.Message.Replace(" stays text:", " was refused:", StringComparison.Ordinal)) { Span = diagnostic.Span, Field = "content" };

    [LoggerMessage(Level = LogLevel.Error, Message = "Trigger {Trigger} failed in turn {Turn}")]
    private partial void HandlerFailed(string trigger, string turn, Exception error);
}
