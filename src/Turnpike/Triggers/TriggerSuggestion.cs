using Turnpike.Prompts;
using Turnpike.Triggers.Parsing;
using Turnpike.Turns;

namespace Turnpike.Triggers;

/// <summary>A value to offer for an argument.</summary>
/// <param name="Value">What is inserted: a name or an id.</param>
/// <param name="Label">What is shown, where it differs from the value.</param>
/// <param name="Detail">One line about it.</param>
/// <param name="WantsMore">Whether further arguments usually follow it, so that END is not added.</param>
public sealed record TriggerSuggestion(string Value, string? Label = null, string? Detail = null, bool WantsMore = false);

/// <summary>What somebody is typing when values are asked for.</summary>
/// <param name="Trigger">Namespace and method: <c>tools.activate</c>.</param>
/// <param name="Argument">The argument's name.</param>
/// <param name="Typed">What stands there so far; offering more than fits is fine, the list is filtered.</param>
/// <param name="Earlier">The values before it, as typed, without quotes.</param>
public sealed record TriggerSuggestionRequest(string Trigger, string Argument, string Typed, IReadOnlyList<string> Earlier)
{
    /// <summary>The prompt that the turn will have, as far as it is known; null when it is not.</summary>
    public ResolvedPrompt? Prompt { get; init; }

    /// <summary>The conversation that the turn will belong to, as far as it is known; null when it is not.</summary>
    public Conversation? Conversation { get; init; }

    /// <summary>The triggers that the text has already.</summary>
    internal IReadOnlyList<ParsedTrigger> Beside { get; init; } = [];
}
