using Turnpike.Prompts;
using Turnpike.Triggers.Parsing;
using Turnpike.Turns;

namespace Turnpike.Triggers.Completion;

/// <summary>Offers values and names for the argument at a caret.</summary>
internal sealed class ArgumentChoices(TriggerCatalog catalog, TriggerSyntax syntax, string text, int caret, ResolvedPrompt? prompt, Conversation? conversation)
{
    public async ValueTask<IEnumerable<Choice>> OfAsync(OpenTrigger open, CancellationToken cancellationToken)
    {
        if (catalog.Find(text.AsSpan(open.NameStart, open.NameEnd - open.NameStart)) is not { } definition) return [];
        if (TypedValue.At(text, caret, open.Tokens, syntax) is not { } typed || Places(definition, open.Tokens, typed) is not { } places) return [];
        var choices = new List<Choice?>();
        if (places.Value >= 0)
        {
            var argument = definition.Method.Arguments[places.Value];
            foreach (var suggestion in await SuggestedAsync(definition, argument, typed, places, cancellationToken))
            {
                if (argument.List && places.Given.Any(value => value.Argument == places.Value && value.Text == suggestion.Value)) continue;
                var rank = Choice.RankOf(typed.Text, suggestion.Label ?? suggestion.Value) ?? Choice.RankOf(typed.Text, suggestion.Value);
                choices.Add(Choice.Of(rank, suggestion.Label ?? suggestion.Value, typed.Written(suggestion.Value, argument.List) + Behind(suggestion, places, typed), typed.Span, suggestion.Detail ?? argument.Description));
            }
        }
        foreach (var name in places.Names) choices.Add(Choice.Of(Choice.RankOf(typed.Text, name.Name) + 2, name.Name + "=", name.Name + "=", typed.Span, name.Description));
        if (places.Pairs >= 0)
        {
            foreach (var name in await SuggestedAsync(definition, definition.Method.Arguments[places.Pairs], typed, places, cancellationToken))
            {
                if (!places.Given.Any(value => value.Key == name.Value))
                    choices.Add(Choice.Of(Choice.RankOf(typed.Text, name.Label ?? name.Value), name.Label ?? name.Value, name.Value + "=", typed.Span, name.Detail));
            }
        }
        return choices.OfType<Choice>();
    }

    /// <summary>Which argument's value, which arguments' names, and which pairs may stand at the caret; null when nothing may.</summary>
    private ArgumentPlaces? Places(TriggerDefinition definition, List<RawToken> tokens, TypedValue typed)
    {
        var arguments = definition.Method.Arguments;
        var before = typed.IsNew ? tokens : tokens[..^1];
        if (!typed.IsNew && !typed.IsQuoted && typed.Span.Start > tokens[^1].ValueStart) before.Add(tokens[^1] with { ValueEnd = typed.Span.Start, End = typed.Span.Start });
        var binder = new ArgumentBinder(text, syntax, null, arguments, before);
        for (var i = 0; i < before.Count; i++)
        {
            if (binder.Place(i, out var rest) < 0 || rest) return null;
        }
        var needed = -1;
        var value = typed.Key is null ? binder.Next() : binder.Named(typed.Key);
        if (value >= 0 && arguments[value].Type == TriggerArgumentType.Pairs) return null;
        var (names, pairs) = (new List<TriggerArgument>(), -1);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Required && !binder.IsBound(i) && i != value) needed = i;
            if (typed.Key is not null || typed.IsQuoted) continue;
            if (arguments[i].Type == TriggerArgumentType.Pairs) pairs = value >= 0 && arguments[value].Required && !binder.IsBound(value) ? -1 : i;
            else if (i > value && value >= 0 && !binder.IsBound(i)) names.Add(arguments[i]);
        }
        return new(value, names, pairs, needed >= 0, binder.Values);
    }

    private string Behind(TriggerSuggestion suggestion, ArgumentPlaces places, TypedValue typed)
    {
        var reader = new ArgumentReader(text, syntax, typed.Span.End, text.Length, []);
        if (reader.Read() == ArgumentStop.End) return "";
        return places.NeedsMore || suggestion.WantsMore ? " " : syntax.End;
    }

    private async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestedAsync(TriggerDefinition definition, TriggerArgument argument, TypedValue typed, ArgumentPlaces places, CancellationToken cancellationToken)
    {
        if (argument.Options is { } options) return [.. options.Select(option => new TriggerSuggestion(option))];
        if (argument.Type == TriggerArgumentType.Boolean) return [new("true"), new("false")];
        if (argument.Suggest is not { } suggest) return [];
        try
        {
            return await suggest(new(definition.FullName, argument.Name, typed.Text, [.. places.Given.Select(value => value.ToString())]) { Prompt = prompt, Conversation = conversation, Beside = [.. new TriggerParser(catalog, syntax).Parse(text).Triggers.Where(trigger => trigger.IsAccepted)] }, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return []; // whoever types goes on typing
        }
    }
}

/// <summary>What may stand at a caret among arguments.</summary>
/// <param name="Value">The argument that a value would belong to, or -1.</param>
/// <param name="Names">Arguments that may be given by name.</param>
/// <param name="Pairs">The argument that takes pairs, or -1.</param>
/// <param name="NeedsMore">Whether another required argument is missing.</param>
/// <param name="Given">The values before the caret.</param>
internal sealed record ArgumentPlaces(int Value, IReadOnlyList<TriggerArgument> Names, int Pairs, bool NeedsMore, IReadOnlyList<TriggerValue> Given);
