using System.Text.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>Finds the values of expressions at the current place of a rendering.</summary>
internal sealed class TemplateEvaluator(TemplateContext context, TemplateBudget budget)
{
    private readonly TypedText _typed = new(context.Input);

    public TemplateScope Scope { get; set; } = new(context.Values, null);

    public LoopFrame? Loop { get; set; }

    public NamedValue? Names { get; set; }

    /// <summary>A value, with the typed text as plain text.</summary>
    public object? Value(TemplateExpression expression) => Find(expression) is var value && value is TypedText typed ? typed.Text : value;

    /// <summary>A value; the typed text as itself.</summary>
    public object? Find(TemplateExpression expression)
    {
        switch (expression)
        {
            case PathExpression { IsData: true } path: return Walk(Data(path), path.Segments, 1);
            case PathExpression path: return Path(path);
            case LiteralExpression literal: return literal.Value;
            case LookupExpression lookup: return Member(Find(lookup.Target), TemplateText.Of(Value(lookup.Key), 1000) ?? "");
            case JsonExpression json:
                var text = JsonText.Of(Value(json.Value), json.Indent is null ? 0 : Indent(Value(json.Indent)));
                budget.Step(text.Length >> 6);
                return text;
            default: return null;
        }
    }

    /// <summary>The members of the current value with some more; what a partial sees.</summary>
    public object? With(object? value, IReadOnlyList<KeyValuePair<string, TemplateExpression>> more)
    {
        if (more.Count == 0) return value;
        var merged = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (value is IReadOnlyDictionary<string, object?> map) foreach (var (name, member) in map) merged[name] = member;
        if (value is JsonElement { ValueKind: JsonValueKind.Object } json) foreach (var member in json.EnumerateObject()) merged[member.Name] = TemplateValues.Plain(member.Value);
        if (ReferenceEquals(value, context.Values)) merged.TryAdd("input", _typed);
        budget.Step(merged.Count >> 2);
        foreach (var (name, expression) in more) merged[name] = Find(expression);
        return merged;
    }

    private object? Path(PathExpression path)
    {
        var segments = path.Segments;
        if (!path.IsScoped && segments.Length > 0)
        {
            for (var named = Names; named is not null; named = named.Next)
            {
                if (named.Name == segments[0]) return Walk(named.Value, segments, 1);
            }
        }
        var scope = Scope;
        for (var up = path.Up; up > 0 && scope is not null; up--) scope = scope.Parent;
        return Walk(scope?.Value, segments, 0);
    }

    private object? Data(PathExpression path)
    {
        switch (path.Segments is [var first, ..] ? first : "")
        {
            case "root": return context.Values;
            case var name and ("index" or "key" or "first" or "last"):
                var loop = Loop;
                for (var up = path.Up; up > 0 && loop is not null; up--) loop = loop.Parent;
                return loop?.Data(name);
            case var name: return TemplateValues.Plain(context.Data.GetValueOrDefault(name));
        }
    }

    private object? Walk(object? value, string[] segments, int from)
    {
        for (var i = from; i < segments.Length; i++) value = Member(value, segments[i]);
        return TemplateValues.Plain(value);
    }

    private object? Member(object? value, string name) =>
        ReferenceEquals(value, context.Values) && name == "input" && !context.Values.ContainsKey(name) ? _typed : TemplateValues.Member(value, name);

    private static int Indent(object? value) => TemplateNumber.Of(value) is { } width ? (int)Math.Clamp(width, 0, 10) : 0;
}
