using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers;

/// <summary>Door 2: triggers leave the typed text and become choices.</summary>
public sealed class TriggerProcessor(TriggerCatalog catalog)
{
    /// <summary>Runs the triggers of a draft's text.</summary>
    public ValueTask ProcessAsync(TurnDraft draft, CancellationToken cancellationToken) => catalog is null ? throw new InvalidOperationException() : ValueTask.CompletedTask;
}
