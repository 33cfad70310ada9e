using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Comparing;

/// <summary>What differs between two versions of a prompt: field by field, and texts line by line.</summary>
/// <param name="Key">The prompt's key.</param>
/// <param name="From">The version before.</param>
/// <param name="To">The version after.</param>
/// <param name="Changes">The fields that differ, in the order of the prompt object; empty when both say the same.</param>
public sealed record PromptDiff(string Key, int From, int To, IReadOnlyList<FieldChange> Changes)
{
    private static readonly string[] Places = ["key", "id", "version", "labels", "createdAt", "author", "note", "hash", "file"];

    /// <summary>Compares two versions.</summary>
    public static PromptDiff Of(Prompt from, Prompt to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var changes = new List<FieldChange>();
        Compare("", Json(from), Json(to), changes);
        return new(to.Key, from.Version ?? 0, to.Version ?? 0, changes);
    }

    private static JsonObject Json(Prompt prompt)
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(prompt, TurnpikeJson.Relaxed.Prompt)!;
        foreach (var place in Places) json.Remove(place);
        ByName(json, "variables");
        ByName(json, "partials");
        return json;
    }

    /// <summary>A list of named things is compared by name, so that one put in the middle is one change.</summary>
    private static void ByName(JsonObject json, string list)
    {
        if (json[list] is not JsonArray items) return;
        var named = new JsonObject();
        foreach (var item in items.OfType<JsonObject>())
        {
            if (item["name"]?.GetValue<string>() is { } name && !named.ContainsKey(name)) named[name] = item.DeepClone();
        }
        json[list] = named;
    }

    private static void Compare(string path, JsonNode? from, JsonNode? to, List<FieldChange> changes)
    {
        if (ForeignJson.AreSame(from, to)) return;
        if (from is JsonObject before && to is JsonObject after)
        {
            foreach (var name in before.Select(member => member.Key).Union(after.Select(member => member.Key), StringComparer.Ordinal)) Compare(path.Length == 0 ? name : $"{path}.{name}", before[name], after[name], changes);
        }
        else if (from is JsonArray old && to is JsonArray now)
        {
            for (var i = 0; i < Math.Max(old.Count, now.Count); i++) Compare($"{path}[{i}]", i < old.Count ? old[i] : null, i < now.Count ? now[i] : null, changes);
        }
        else
        {
            changes.Add(new(path, from is null ? "added" : to is null ? "removed" : "changed", from, to) { Lines = Text(from) is { } a && Text(to) is { } b && (a.Contains('\n', StringComparison.Ordinal) || b.Contains('\n', StringComparison.Ordinal)) ? TextLines.Compare(a, b) : null });
        }
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}

/// <summary>A field that differs.</summary>
/// <param name="Path">Where, for example <c>variables.city.required</c>.</param>
/// <param name="Kind"><c>added, removed</c> or <c>changed</c>.</param>
/// <param name="Before">The value before; null when it was not there.</param>
/// <param name="After">The value after; null when it is not there any more.</param>
public sealed record FieldChange(string Path, string Kind, JsonNode? Before, JsonNode? After)
{
    /// <summary>Of a text of several lines: its lines.</summary>
    public IReadOnlyList<LineChange>? Lines { get; init; }
}

/// <summary>A line of a text that was compared.</summary>
/// <param name="Kind"><c>same, added</c> or <c>removed</c>.</param>
/// <param name="Text">The line, without its end.</param>
public sealed record LineChange(string Kind, string Text);
