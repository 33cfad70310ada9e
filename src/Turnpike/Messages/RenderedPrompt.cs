using Microsoft.Extensions.AI;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>A prompt, rendered for one turn.</summary>
/// <param name="System">Its system text; null when it has none.</param>
/// <param name="Examples">Its other messages but the last user message, in order; rendered for a first turn only.</param>
/// <param name="User">Its last message when that is the user's; rendered for a first turn only.</param>
/// <param name="Used">A prompt that takes the place of the typed text; null when there is none.</param>
/// <param name="Variables">The values of variables.</param>
/// <param name="Rules">The rules, rendered, in order.</param>
public sealed record RenderedPrompt(string? System, IReadOnlyList<ChatMessage> Examples, UserTemplate? User, UserTemplate? Used, ResolvedVariables Variables, IReadOnlyList<RenderedRule> Rules)
{
    /// <summary>Its messages behind the place of the history, without the last user message: they stand there with every turn and belong to none.</summary>
    public IReadOnlyList<ChatMessage> Standing { get; init; } = [];

    /// <summary>The agent's system text; null when the turn has no agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Files and images that variables give and that the template does not place: they go with the turn as resources.</summary>
    internal IReadOnlyList<ResourceInput> Attached { get; init; } = [];

    /// <summary>What was typed, with its placeholders filled where the prompt wants that.</summary>
    public string Typed { get; init; } = "";

    /// <summary>Its system text, with where each stretch came from.</summary>
    internal SourcedText? SourcedSystem { get; init; }

    /// <summary>The agent's system text, with where each stretch came from.</summary>
    internal SourcedText? SourcedAgent { get; init; }

    /// <summary>The typed text, with where each stretch came from.</summary>
    internal SourcedText SourcedTyped { get => field ??= SourcedText.Of(Typed, "typed"); init; }
}

/// <summary>A user message with a place for the typed text.</summary>
/// <param name="Before">The parts before the place; all parts when it has none.</param>
/// <param name="After">The parts behind the place.</param>
/// <param name="HasInput">Whether the template says where the typed text goes.</param>
public sealed record UserTemplate(IReadOnlyList<AIContent> Before, IReadOnlyList<AIContent> After, bool HasInput);
