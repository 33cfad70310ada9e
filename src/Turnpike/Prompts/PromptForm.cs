using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Prompts;

/// <summary>What the plain members of a prompt object must be. What was kept before this was asked is run as it always was.</summary>
internal static class PromptForm
{
    private static readonly (string Field, Func<Prompt, string?> Of, string[] Words)[] Members =
    [
        ("system", prompt => prompt.System, ["append", "replace"]),
        ("triggers", prompt => prompt.Triggers, ["on", "off"]),
        ("output.format", prompt => prompt.Output?.Format, ["json", "text"]),
    ];

    private static readonly (string Field, Func<Prompt, IEnumerable<string?>> Of, int Most)[] Texts =
    [
        ("title", prompt => [prompt.Title], 500),
        ("description", prompt => [prompt.Description], 10_000),
        ("tags", prompt => prompt.Tags, 100),
        ("author", prompt => [prompt.Author], 500),
        ("note", prompt => [prompt.Note], 500),
    ];
    private const int MostTags = 100;
    private const string TooLong = "text_too_long";

    /// <summary>The words that a member may have, by its path; null: it is no such member.</summary>
    public static IReadOnlyList<string>? WordsOf(string path) => Members.FirstOrDefault(member => member.Field == path).Words;

    /// <summary>Members with a word that there is not or a text that is too long, and histories that say something.</summary>
    public static IEnumerable<PromptFormFault> Faults(Prompt prompt)
    {
        foreach (var (field, of, words) in Members)
        {
            if (of(prompt) is { } word && !words.Contains(word, StringComparer.Ordinal))
                yield return new("word_invalid", field, $"\"{field}\" of the prompt is \"{word}\"; it must be \"{words[0]}\" or \"{words[1]}\".{Nearest.Hint(word, words)}") { Name = word, Near = Nearest.To(word, words) };
        }
        foreach (var (field, of, most) in Texts)
        {
            if (of(prompt).FirstOrDefault(text => text?.Length > most) is { } text)
                yield return new(TooLong, field, FormattableString.Invariant($"\"{field}\" of the prompt has {(field == "tags" ? "one of " : "")}{text.Length:N0} characters; {most:N0} are taken. Write it shorter."));
        }
        if (prompt.Tags.Count > MostTags) yield return new(TooLong, "tags", FormattableString.Invariant($"The prompt has {prompt.Tags.Count:N0} tags; {MostTags} are taken."));
        for (var i = 0; i < prompt.Messages.Count; i++)
        {
            if (prompt.Messages[i] is { Role: "history", Content.Count: > 0 })
                yield return new("history_content", $"messages[{i}].content", $"Message {i + 1} of the prompt is the place of the history, and what it says itself would be taken for the model's words. Take its content out, or give it another role.");
        }
    }

    /// <summary>Refuses what <see cref="Faults"/> finds.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="kept">What it was made of: its faults are its own.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static void Check(Prompt prompt, Prompt? kept = null)
    {
        if (Faults(prompt).Except(kept is null ? [] : Faults(kept)).FirstOrDefault() is { } fault) throw new TurnException(TurnErrorCode.RequestInvalid, fault.Message) { Field = fault.Field };
    }

    /// <summary>Refuses texts that are longer than a prompt may have: a draft need not be sound, and is no place for more than a prompt.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static void CheckLengths(Prompt prompt)
    {
        if (Faults(prompt).FirstOrDefault(fault => fault.Code == TooLong) is { } fault) throw new TurnException(TurnErrorCode.RequestInvalid, fault.Message) { Field = fault.Field };
    }

    /// <summary>Refuses an object that a request brings, as it would be refused when it is saved; it needs no key.</summary>
    /// <param name="given">The object, or what an overlay made.</param>
    /// <param name="kept">The prompt under the overlay.</param>
    /// <param name="saved">What the prompt's own files of the workspace are: those of the version under the overlay, or of the newest one with its key.</param>
    /// <param name="path">Where it stands in the request.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>; <c>forbidden</c>: it names other files of the workspace.</exception>
    public static void CheckGiven(Prompt given, Prompt? kept, Prompt? saved, string path)
    {
        try
        {
            Check(given, kept);
            if (given is { Body: not null, Messages.Count: > 0 }) throw new TurnException(TurnErrorCode.RequestInvalid, "A prompt has either \"messages\" or \"body\".") { Field = "body" };
            if (kept is null || !given.Resources.SequenceEqual(kept.Resources)) ResourceRules.CheckForms(given.Resources);
            ResourceRules.CheckPaths(given.Resources, saved?.Resources);
        }
        catch (TurnException error) when (error.Code is TurnErrorCode.RequestInvalid or TurnErrorCode.Forbidden)
        {
            throw new TurnException(error.Code, error.Message, error) { Field = error.Field is { } field ? $"{path}.{field}" : path };
        }
    }
}

/// <summary>A member that is not what it must be.</summary>
/// <param name="Code">The code of its issue.</param>
/// <param name="Field">Where it stands.</param>
/// <param name="Message">What is wrong, and what to do.</param>
internal sealed record PromptFormFault(string Code, string Field, string Message)
{
    /// <summary>What was written.</summary>
    public string? Name { get; init; }
    /// <summary>What was probably meant.</summary>
    public string? Near { get; init; }
}
