using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>Gives typed values to a method's arguments.</summary>
internal ref struct ArgumentBinder(string text, TriggerSyntax syntax, KnownNames? known, IReadOnlyList<TriggerArgument> arguments, List<RawToken> tokens)
{
    private readonly List<TriggerValue> _values = new(tokens.Count);
    private ulong _bound;
    private bool _loose;

    /// <summary>The values so far.</summary>
    public readonly IReadOnlyList<TriggerValue> Values => _values.Count == 0 ? [] : _values;

    /// <summary>Binds all tokens; null when everything fits, otherwise what does not and what is expected.</summary>
    /// <param name="atLineEnd">Whether no END says where the arguments stop, so that prose must be told from them.</param>
    public string? Bind(bool atLineEnd)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var place = Place(i, out var rest);
            if (place < 0) return TooMany(tokens[i]);
            if (rest) i = tokens.Count - 1;
        }
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Required && !IsBound(i)) return $"\"{arguments[i].Name}\" is missing: {arguments[i].Expects}.";
        }
        foreach (var value in _values)
        {
            if (ValueCheck.Misfit(arguments[value.Argument], value.Text) is { } misfit) return misfit;
        }
        return atLineEnd ? Prose() : null;
    }

    /// <summary>Adds one token's values; the index of its argument, or -1 when there is none for it.</summary>
    public int Place(int index, out bool rest)
    {
        var token = tokens[index];
        rest = false;
        if (token.HasKey)
        {
            var named = Named(token.Key(text));
            if (named >= 0) return Add(named, token, keyed: true);
            if (Next() is >= 0 and var free && arguments[free].Type == TriggerArgumentType.Text) return AddRest(free, index, out rest);
            return -1;
        }
        var next = Next();
        if (next < 0) return -1;
        if (arguments[next].Type == TriggerArgumentType.Text) return AddRest(next, index, out rest);
        _loose |= IsBound(next) && arguments[next].Type == TriggerArgumentType.String && !IsTold(arguments[next]) && !tokens[index - 1].EndsWithComma(text) && text[token.Start] != ',';
        return Add(next, token, keyed: false);
    }

    /// <summary>The argument that a name before <c>=</c> belongs to: the one called so, if it has no value yet, otherwise the pairs.</summary>
    public readonly int Named(ReadOnlySpan<char> key)
    {
        var pairs = -1;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Type == TriggerArgumentType.Pairs) pairs = i;
            else if (key.Equals(arguments[i].Name, StringComparison.OrdinalIgnoreCase) && (!IsBound(i) || arguments[i].List)) return i;
        }
        return pairs;
    }

    /// <summary>The argument that the next value without a name belongs to; -1 when all are taken.</summary>
    public readonly int Next()
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Type != TriggerArgumentType.Pairs && (!IsBound(i) || arguments[i].List)) return i;
        }
        return -1;
    }

    /// <summary>Whether an argument has a value.</summary>
    public readonly bool IsBound(int argument) => (_bound >> argument & 1) != 0;

    private int Add(int argument, RawToken token, bool keyed)
    {
        var (key, before) = (keyed ? token.Key(text).ToString() : null, _values.Count);
        if (arguments[argument].List && !token.Quoted) AddItems(argument, key, token);
        else _values.Add(new(argument, key, token.Value(text, syntax), token.Span));
        if (_values.Count > before) _bound |= 1UL << argument;
        return argument;
    }

    private readonly void AddItems(int argument, string? key, RawToken token)
    {
        foreach (var item in text.AsSpan(token.ValueStart, token.ValueEnd - token.ValueStart).Split(','))
        {
            var (from, length) = item.GetOffsetAndLength(token.ValueEnd - token.ValueStart);
            if (length == 0) continue;
            var part = new RawToken(token.ValueStart + from, -1, token.ValueStart + from, token.ValueStart + from + length, token.ValueStart + from + length, Quoted: false);
            _values.Add(new(argument, key, part.Value(text, syntax), part.Span));
        }
    }

    private int AddRest(int argument, int index, out bool rest)
    {
        var (first, last) = (tokens[index], tokens[^1]);
        var all = index == tokens.Count - 1 ? first : new RawToken(first.Start, -1, first.Start, last.End, last.End, Quoted: false);
        rest = true;
        if (all.HasKey) all = all with { KeyEnd = -1, ValueStart = all.Start, ValueEnd = all.End, Quoted = false };
        return Add(argument, all, keyed: false);
    }

    /// <summary>What could be prose behind the arguments, at the end of a line.</summary>
    private readonly string? Prose()
    {
        foreach (var value in _values)
        {
            if (!Exists(arguments[value.Argument], value.Text)) return $"\"{value.Text}\" is not known as \"{arguments[value.Argument].Name}\".";
        }
        if (_loose) return "without an end mark, values are separated by commas.";
        return tokens.Count > 0 && tokens[^1].EndsWithComma(text) ? "a value is missing behind the last comma." : null;
    }

    /// <summary>Whether values of an argument can be told from prose by what exists.</summary>
    private readonly bool IsTold(TriggerArgument argument) => argument.Known is not null || (argument.Among is not null && known is not null);

    private readonly bool Exists(TriggerArgument argument, string value) => argument.Known?.Invoke(value) != false && (argument.Among is null || known?.Has(argument, value) != false);

    private readonly string TooMany(RawToken token)
    {
        if (token.HasKey) return $"there is no argument \"{token.Key(text)}\".{Nearest.Hint(token.Key(text).ToString(), arguments.Select(argument => argument.Name))} Quote a text that holds \"=\".";
        return arguments.Count == 0 ? "it takes no arguments." : $"\"{token.Value(text, syntax)}\" is too much; it takes {string.Join(", ", arguments.Select(argument => $"{argument.Name} ({argument.Expects})"))}.";
    }
}
