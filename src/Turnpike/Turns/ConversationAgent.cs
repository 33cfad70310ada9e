using System.Text.Json;
using Turnpike.Prompts;

namespace Turnpike.Turns;

/// <summary>The agent of a conversation: a prompt whose text is system text, with the values it was given.</summary>
/// <param name="Prompt">The exact prompt.</param>
/// <param name="Variables">Values of its variables.</param>
public sealed record ConversationAgent(Prompt Prompt, IReadOnlyDictionary<string, JsonElement> Variables);
