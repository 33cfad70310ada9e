using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts;

/// <summary>The fields of a prompt object, to say which one there is not.</summary>
internal static class PromptMembers
{
    /// <summary>What is wrong with the first name that is no field of a prompt; null when all are.</summary>
    public static string? Unknown(IEnumerable<string> names)
    {
        var known = TurnpikeJson.Relaxed.Prompt.Properties.Select(property => property.Name).ToArray();
        return names.FirstOrDefault(name => !known.Contains(name)) is { } unknown ? $"a prompt has no field \"{unknown}\".{Nearest.Hint(unknown, known)}" : null;
    }
}
