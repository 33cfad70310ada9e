using Microsoft.Extensions.AI;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>What door 4 makes.</summary>
/// <param name="Messages">All messages, as they are sent.</param>
/// <param name="Given">Those that the caller gave instead of the conversation's path, with the origin of what was merged into them; null when it gave none.</param>
/// <param name="Added">Those that this turn adds before the model's, with the origin of their parts.</param>
/// <param name="Variables">The values of variables, each with all its layers.</param>
/// <param name="Rules">The rules applied, in order.</param>
/// <param name="Resources">The resources of the turn, each with its content.</param>
/// <param name="Packing">What was cut or left out to fit.</param>
public sealed record BuiltMessages(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<ChatMessage>? Given, IReadOnlyList<ChatMessage> Added, ResolvedVariables Variables, IReadOnlyList<TurnRule> Rules, IReadOnlyList<ReadResource> Resources, IReadOnlyList<PackingItem> Packing)
{
    /// <summary>Where the messages came from.</summary>
    internal MessageSources Sources { get; init; } = new();

    /// <summary>Where the messages of the request that was made of these came from: what it has beside them are words that its model needs.</summary>
    internal MessageSources SourcesOf(ModelRequest request) => Sources.Rest(request.Messages, SourcedText.Ours);
}
