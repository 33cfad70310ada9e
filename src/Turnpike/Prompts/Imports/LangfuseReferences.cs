using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Turnpike.Turns;

namespace Turnpike.Prompts.Imports;

/// <summary>
/// Prompts of Langfuse that are composed: <c>@@@langfusePrompt:name=rules|version=1@@@</c> stands for another prompt's text, by its version or its label. It is put in its place when the file or the store has it.
/// </summary>
internal static partial class LangfuseReferences
{
    private const int Deepest = 5; // as deep as they go there

    /// <summary>The most characters that the texts of one prompt may become; a template has no more.</summary>
    public const int Longest = 1 << 20;

    private const long LongestOfFile = 64L << 20; // characters that the texts of all prompts of a file may become longer by

    /// <summary>Puts the texts of prompts that the file has into those that name them; one that names itself, straight or round a ring, stays named there.</summary>
    /// <returns>Rows that would become longer than <see cref="Longest"/>.</returns>
    public static IReadOnlySet<JsonObject> FromFile(IReadOnlyList<JsonObject> rows)
    {
        var texts = rows.Where(row => FoundPrompt.Text(row["prompt"]) is not null && FoundPrompt.Text(row["name"]) is not null)
            .Select(row => (Row: row, Name: FoundPrompt.Text(row["name"])!, Version: FoundPrompt.VersionOf(row["version"]), Labels: FoundPrompt.Texts(row["labels"]), Text: FoundPrompt.Text(row["prompt"])!)).ToLookup(one => one.Name, StringComparer.Ordinal);
        var tooLong = new HashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        var (path, left, leftOfFile) = (new Stack<JsonObject>(), 0L, LongestOfFile);
        foreach (var row in rows)
        {
            left = Math.Min(Longest, leftOfFile);
            var most = left;
            path.Push(row);
            if (FoundPrompt.Text(row["prompt"]) is { } text) row["prompt"] = Placed(text);
            foreach (var message in (row["prompt"] as JsonArray ?? []).OfType<JsonObject>())
                if (FoundPrompt.Text(message["content"]) is { } content) message["content"] = Placed(content);
            path.Pop();
            if (left < 0) tooLong.Add(row);
            leftOfFile = Math.Max(0, leftOfFile - (most - left));
        }
        return tooLong;

        string Placed(string text) => path.Count > Deepest ? text : Reference().Replace(text, match =>
        {
            var (name, version, label) = Parts(match);
            if (left < 0 || texts[name].FirstOrDefault(one => version is { } number ? one.Version == number : one.Labels.Contains(label)) is not { Text: { } found, Row: { } named } || path.Contains(named)) return match.Value;
            if (found.Length > left)
            {
                left = -1;
                return match.Value;
            }
            left -= found.Length;
            path.Push(named);
            var placed = Placed(found);
            path.Pop();
            return placed;
        });
    }

    /// <summary>Puts the texts of prompts that were imported before into those that name them, and tells of the references that are left.</summary>
    public static async Task<Prompt> FromStoreAsync(IPromptStore store, FoundPrompt found, Prompt prompt, CancellationToken cancellationToken)
    {
        if (!prompt.Messages.Any(message => message.Content.Any(part => part.Text is { } text && Reference().IsMatch(text)))) return prompt;
        var (messages, left) = (new List<PromptMessage>(), (long)Longest);
        var variables = prompt.Variables.ToList();
        foreach (var message in prompt.Messages)
        {
            var parts = new List<PromptPart>();
            foreach (var part in message.Content) parts.Add(part.Text is null ? part : part with { Text = await PlacedAsync(part.Text) });
            messages.Add(message with { Content = parts });
        }
        return prompt with { Messages = messages, Variables = variables };

        async Task<string> PlacedAsync(string text)
        {
            foreach (var match in Reference().Matches(text).DistinctBy(match => match.Value))
            {
                var (name, version, label) = Parts(match);
                var named = await ForeignVersions.FindAsync(store, LangfusePrompts.Format + ":" + name, version?.ToString(CultureInfo.InvariantCulture) ?? (label == "production" ? null : label), cancellationToken);
                if (named is null)
                {
                    found.Changes.Add($"reference {match.Value}: stays text, for that prompt is neither in the file nor here. Import it first, or export this one with resolve=true");
                    continue;
                }
                var placed = PartialLoader.TextOf(named);
                left -= (long)placed.Length * Reference().Matches(text).Count(other => other.Value == match.Value);
                if (left < 0) throw new TurnException(TurnErrorCode.TemplateLimit, TooLong) { Field = "messages" };
                text = text.Replace(match.Value, placed, StringComparison.Ordinal);
                variables.AddRange(named.Variables.Where(variable => variables.TrueForAll(other => other.Name != variable.Name)));
            }
            return text;
        }
    }

    /// <summary>What is told of a prompt that becomes longer than <see cref="Longest"/>, or for which the file has no room left.</summary>
    public static string TooLong { get; } = FormattableString.Invariant($"With the prompts that it names it becomes longer than {Longest:N0} characters, or all of the file longer than {LongestOfFile:N0}.");

    private static (string Name, int? Version, string Label) Parts(Match match) =>
        (match.Groups["name"].Value, match.Groups["version"] is { Success: true } version ? int.Parse(version.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null, match.Groups["label"] is { Success: true } label ? label.Value : "production");

    [GeneratedRegex(@"@@@langfusePrompt:name=(?<name>[^|@]+)(?:\|(?:version=(?<version>[0-9]{1,9})|label=(?<label>[^|@]+)))?@@@")]
    private static partial Regex Reference();
}
