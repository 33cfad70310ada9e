using Turnpike.Prompts;
using Turnpike.Triggers.Parsing;
using Turnpike.Turns;

namespace Turnpike.Triggers.Completion;

/// <summary>Offers what may stand at a caret: namespaces, methods, values and names of arguments. It runs nothing.</summary>
/// <param name="catalog">The triggers there are.</param>
/// <param name="syntax">How they begin and end.</param>
public sealed class TriggerCompletion(TriggerCatalog catalog, TriggerSyntax syntax)
{
    private const int MostItems = 50;

    /// <summary>What to offer, best first, at most 50; nothing when the caret is not in a trigger.</summary>
    /// <param name="text">The text as it stands.</param>
    /// <param name="caret">Where the caret is, in UTF-16 units; outside of the text it is taken to the nearer end.</param>
    /// <param name="cancellationToken">Stops asking for values.</param>
    public ValueTask<IReadOnlyList<CompletionItem>> CompleteAsync(string text, int caret, CancellationToken cancellationToken) => CompleteAsync(text, caret, null, null, cancellationToken);

    /// <summary>The same, for a turn whose prompt or conversation is known: names of its variables and of what is attached are offered too.</summary>
    /// <param name="text">The text as it stands.</param>
    /// <param name="caret">Where the caret is, in UTF-16 units.</param>
    /// <param name="prompt">The prompt; null: the conversation's, if there is one.</param>
    /// <param name="conversation">The conversation; null: none is known.</param>
    /// <param name="cancellationToken">Stops asking for values.</param>
    public async ValueTask<IReadOnlyList<CompletionItem>> CompleteAsync(string text, int caret, ResolvedPrompt? prompt, Conversation? conversation, CancellationToken cancellationToken)
    {
        var at = Math.Clamp(caret, 0, text.Length);
        var known = new KnownNames();
        var found = OpenTrigger.At(text, at, catalog, syntax, known);
        while (await known.LookUpAsync(null, cancellationToken)) found = OpenTrigger.At(text, at, catalog, syntax, known);
        if (found is not { } open) return [];
        var choices = open.HasArguments
            ? await new ArgumentChoices(catalog, syntax, text, at, prompt ?? (conversation?.Prompt is { } pinned ? new(pinned) : null), conversation).OfAsync(open, cancellationToken)
            : new NameChoices(catalog, syntax, text, at).Of(open);
        return [.. choices.OrderBy(choice => choice.Rank).Take(MostItems).Select(choice => choice.Item)];
    }
}

/// <summary>An item with its place: lower comes first.</summary>
internal readonly record struct Choice(int Rank, CompletionItem Item)
{
    /// <summary>0 when a name begins with what was typed, 1 when it holds it, null when neither.</summary>
    public static int? RankOf(ReadOnlySpan<char> typed, string name) =>
        name.AsSpan().StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 0 : name.AsSpan().Contains(typed, StringComparison.OrdinalIgnoreCase) ? 1 : null;

    public static Choice? Of(int? rank, string label, string insert, TextSpan span, string? detail) => rank is { } known ? new(known, new(label, insert, span, detail)) : null;
}
