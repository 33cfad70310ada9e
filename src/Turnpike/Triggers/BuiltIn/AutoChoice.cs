using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Lets a small model choose names for a turn. When it cannot, nothing is chosen and a warning says why.</summary>
internal sealed class AutoChoice(SmallModel small)
{
    private const int MostAbout = 200;

    /// <summary>The chosen names, perhaps none; the trace tells them.</summary>
    /// <param name="invocation">The trigger that asks.</param>
    /// <param name="kind">What is chosen, in the plural: <c>tools</c>.</param>
    /// <param name="known">What there is to choose from.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string[]> ChooseAsync(TriggerInvocation invocation, string kind, IReadOnlyList<(string Name, string About)> known, CancellationToken cancellationToken)
    {
        if (known.Count == 0) return [];
        var (chosen, failed) = await invocation.OnceAsync(() => AskAsync(invocation.Draft, kind, known, cancellationToken));
        if (failed is not null) invocation.Draft.Warn("auto_failed", $"No {kind} were chosen for \"{invocation.Name}\": {failed}", invocation.Span);
        invocation.Draft.Tell(kind + ".auto", null, string.Join(", ", chosen));
        return chosen;
    }

    /// <summary>The chosen names, or why there are none.</summary>
    private async Task<(string[] Chosen, string? Failed)> AskAsync(TurnDraft draft, string kind, IReadOnlyList<(string Name, string About)> known, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await small.AskAsync(new(kind, draft.Project, draft.Prompt?.Prompt.Key is { Length: > 0 } prompt ? prompt : null), draft.Model, Task(kind, known), draft.Content, Schema(kind, known), cancellationToken);
            return Names(answer, kind, known) is { } chosen ? (chosen, null) : ([], "The answer names nothing.");
        }
        catch (TurnException error)
        {
            return ([], error.Message);
        }
    }

    private static string Task(string kind, IReadOnlyList<(string Name, string About)> known)
    {
        var text = new StringBuilder($"Decide which {kind} are needed to answer the user's message. Do not answer the message. Reply with a JSON object {{\"{kind}\": [names]}} and nothing else; the list is empty when none is needed.\n\nThe {kind}:\n");
        foreach (var (name, about) in known) text.Append("- ").Append(name).Append(": ").Append((about.Length > MostAbout ? about[..MostAbout] + "…" : about).ReplaceLineEndings(" ")).Append('\n');
        return text.ToString();
    }

    private static JsonElement Schema(string kind, IReadOnlyList<(string Name, string About)> known)
    {
        var items = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. known.Select(one => (JsonNode)JsonValue.Create(one.Name))]) };
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [kind] = new JsonObject { ["type"] = "array", ["items"] = items } },
            ["required"] = new JsonArray(JsonValue.Create(kind)),
            ["additionalProperties"] = false,
        };
        return JsonSerializer.SerializeToElement(schema, TurnpikeJson.Relaxed.JsonObject);
    }

    /// <summary>The known names of an answer; null when it is no list.</summary>
    private static string[]? Names(JsonElement answer, string kind, IReadOnlyList<(string Name, string About)> known)
    {
        var list = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(kind, out var member) ? member : answer;
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String)) return null;
        return [.. known.Select(one => one.Name).Intersect(list.EnumerateArray().Select(name => name.GetString()!), StringComparer.OrdinalIgnoreCase)];
    }
}
