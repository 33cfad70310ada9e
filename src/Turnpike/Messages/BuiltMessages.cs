using Microsoft.Extensions.AI;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages;

/// <summary>What door 4 makes.</summary>
/// <param name="Messages">All messages, as they are sent.</param>
/// <param name="Added">Those that this turn adds before the model's, with the origin of their parts.</param>
/// <param name="Variables">The values of variables, each with all its layers.</param>
/// <param name="Rules">The rules applied, in order.</param>
/// <param name="Resources">The resources of the turn, each with its content.</param>
public sealed record BuiltMessages(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<ChatMessage> Added, ResolvedVariables Variables, IReadOnlyList<TurnRule> Rules, IReadOnlyList<ReadResource> Resources);
