using Turnpike.Prompts.Variables;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Packing;

namespace Turnpike.Turns.Tracing;

/// <summary>What one station did.</summary>
/// <param name="Station">Its folder's name in lower case: <c>opening, triggers, middleware, messages, tools, models, conversations</c>.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Changes">What it changed, in order.</param>
public sealed record TraceStation(string Station, double Milliseconds, IReadOnlyList<TraceChange> Changes)
{
    /// <summary>What a person should know of it; null: nothing.</summary>
    public IReadOnlyList<TurnWarning>? Warnings { get; init; }

    /// <summary>The packing report: what was cut or left out to fit, and why; null: nothing was, or the station packs nothing.</summary>
    public IReadOnlyList<PackingItem>? Packing { get; init; }

    /// <summary>Of a turn that is kept: where each stretch of the messages that were made came from, in their order; null: the station makes none.</summary>
    public IReadOnlyList<TextSource>? Sources { get; init; }

    /// <summary>The variables that more than one layer set, with what each said; null: none. Secrets are <c>•••</c>.</summary>
    public IReadOnlyDictionary<string, VariableExplanation>? Variables { get; init; }

    /// <summary>The parameters that some layer set, with what each said; null: none.</summary>
    public IReadOnlyDictionary<string, ParameterExplanation>? Parameters { get; init; }
}
