namespace Turnpike.Prompts.Templates;

/// <summary>What the names at a place of a template stand for, as far as the template itself tells: which of them are variables, and where inner values come from.</summary>
/// <param name="Origin">The path of the value that the place is about; empty for the root, whose members are the variables.</param>
/// <param name="Parent">The scope that <c>../</c> leads to.</param>
/// <param name="Names">The names that blocks around the place gave, innermost first.</param>
internal sealed record LexicalScope(string Origin, LexicalScope? Parent, NamedOrigin? Names)
{
    public static LexicalScope Root { get; } = new("", null, null);

    /// <summary>The scope of a block's body.</summary>
    public LexicalScope Inside(BlockKind kind, string origin, string[] names)
    {
        if (kind is not (BlockKind.Each or BlockKind.With or BlockKind.Section)) return this;
        var value = kind == BlockKind.Each ? origin + "[]" : origin;
        var named = Names;
        if (names.Length > 1) named = new(names[1], origin + "[]", named);
        if (names.Length > 0) named = new(names[0], value, named);
        return new(value.Length == 0 ? "?" : value == "@root" ? "" : value, this, named); // the members of @root are the variables
    }

    /// <summary>Where a path leads: its origin, and the variable that it names directly, if it does.</summary>
    public (string Origin, string? Variable) Resolve(int up, bool isData, bool isScoped, string[] segments)
    {
        var rest = string.Join('.', segments);
        if (isData) return segments is ["root", var name, ..] ? (string.Join('.', segments[1..]), name) : ("@" + rest, null);
        if (!isScoped && segments.Length > 0)
        {
            for (var named = Names; named is not null; named = named.Next)
            {
                if (named.Name == segments[0]) return (string.Join('.', [named.Origin, .. segments[1..]]), null);
            }
        }
        var scope = this;
        for (; up > 0 && scope is not null; up--) scope = scope.Parent;
        if (scope is null) return ("../" + rest, null);
        if (scope.Origin.Length > 0) return (rest.Length == 0 ? scope.Origin : $"{scope.Origin}.{rest}", null);
        return segments.Length == 0 ? ("this", null) : (rest, segments[0]);
    }
}

/// <param name="Name">A name that a block gave.</param>
/// <param name="Origin">What it stands for.</param>
/// <param name="Next">The names given further out.</param>
internal sealed record NamedOrigin(string Name, string Origin, NamedOrigin? Next);
