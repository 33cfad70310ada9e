using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>What door 4 has written of a turn before the tools are known: everything but the history, which takes what they leave of the model's window.</summary>
/// <param name="System">The system text; may be empty.</param>
/// <param name="Given">The messages that the caller gave instead of the conversation's path; null when it gave none.</param>
/// <param name="Examples">The template's examples, when this turn brings them.</param>
/// <param name="User">The user's message; null when there is none.</param>
/// <param name="Rendered">The prompt, rendered.</param>
/// <param name="Rules">The rules applied, in order.</param>
/// <param name="Resources">The resources of the turn, each with its content.</param>
/// <param name="Packing">What was cut or left out of the resources.</param>
public sealed record WrittenMessages(string System, IReadOnlyList<ChatMessage>? Given, IReadOnlyList<ChatMessage> Examples, ChatMessage? User, RenderedPrompt Rendered, IReadOnlyList<TurnRule> Rules, IReadOnlyList<ReadResource> Resources, IReadOnlyList<PackingItem> Packing)
{
    /// <summary>The system text, with where each stretch came from.</summary>
    internal SourcedText SourcedSystem { get => field ??= SourcedText.Of(System, "prompt"); init; }
}
