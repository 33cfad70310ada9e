using System.Text.Json;
using Turnpike.Prompts;

namespace Turnpike.Turns.Imports;

/// <summary>What an exported conversation must be so that turns can go on with it, whoever has written into the file: what is null in a list is left out and told of, what nobody could go on with is refused.</summary>
internal static class SoundExport
{
    /// <exception cref="JsonException">It cannot be gone on with.</exception>
    /// <exception cref="TurnException"><c>request_invalid</c>: its prompt, or that of its agent, cannot be used.</exception>
    public static Conversation Of(Conversation given, ImportItemNotes notes)
    {
        var resources = Whole(given.Resources, "resources", notes, resource => resource is { Id: not null, Kind: not null });
        if (resources.GroupBy(resource => resource.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } doubled) throw new JsonException($"two of its resources have the id \"{doubled.Key}\".");
        if (given.System is { Text: null }) throw new JsonException("its system text is null.");
        if (given.Agent is { Prompt: null }) throw new JsonException("its agent has no prompt.");
        if (given.Prompt is { } prompt) PromptRules.RefuseNulls(prompt);
        if (given.Agent is { Prompt: var its }) PromptRules.RefuseNulls(its);
        if (given.Closed) notes.Changed("it was closed where it was exported; here it can be gone on with");
        return given with
        {
            Resources = resources,
            Summaries = Whole(given.Summaries, "summaries", notes, summary => summary is { Id: not null, UpTo: not null, Text: not null }),
            Prompt = given.Prompt is { } pinned ? pinned with { Hash = null } : null, // by the hash that it has its templates are found, whatever a file claims
            Agent = given.Agent is { } agent ? agent with { Prompt = agent.Prompt with { Hash = null }, Variables = agent.Variables ?? new Dictionary<string, JsonElement>() } : null,
            Closed = false,
        };
    }

    /// <exception cref="JsonException">It cannot be kept.</exception>
    public static Turn Of(Turn given, ImportItemNotes notes)
    {
        if (given.Model is null) throw new JsonException($"its turn \"{given.Id}\" names no model.");
        return given with
        {
            History = given.History is { } history ? Whole(history, "history", notes) : null,
            Messages = Whole(given.Messages, "messages", notes),
            OpenCalls = Whole(given.OpenCalls, "openCalls", notes, call => call is { CallId: not null, Name: not null }),
            Rules = Whole(given.Rules, "rules", notes, rule => rule is { Id: not null, Name: not null }),
            Triggers = Whole(given.Triggers, "triggers", notes, trigger => trigger is { Trigger: not null, Arguments: not null }),
            Warnings = Whole(given.Warnings, "warnings", notes, warning => warning is { Code: not null, Message: not null }),
            Attempts = Whole(given.Attempts, "attempts", notes),
        };
    }

    /// <summary>The items that are there, and are what such an item must be.</summary>
    private static IReadOnlyList<T> Whole<T>(IReadOnlyList<T> given, string name, ImportItemNotes notes, Func<T, bool>? isSound = null) where T : class
    {
        T[] whole = [.. given.Where(item => item is not null && isSound?.Invoke(item) != false)];
        if (whole.Length == given.Count) return given;
        notes.Changed($"not kept: {given.Count - whole.Length} of its {name}, which are null or say not what they are");
        return whole;
    }
}
