namespace Turnpike.Prompts.Templates;

/// <summary>Where names are looked up: the value that a block is about, the block around it, and what the block adds.</summary>
internal sealed class TemplateScope(object? value, TemplateScope? parent)
{
    public object? Value => value;
    /// <summary>The scope of the value around this one; <c>../</c> goes there.</summary>
    public TemplateScope? Parent => parent;
    public int Index { get; init; } = -1;
    public string? Key { get; init; }
    public bool IsFirst { get; init; }
    public bool IsLast { get; init; }
    public IReadOnlyList<string> Names { get; init; } = [];
    public object? NamedKey { get; init; }

    public bool TryNamed(string name, out object? named)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            for (var i = 0; i < scope.Names.Count; i++)
            {
                if (scope.Names[i] != name) continue;
                named = i == 0 ? scope.Value : i == 1 ? scope.NamedKey : null;
                return true;
            }
        }
        named = null;
        return false;
    }

    public object? Data(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.Index < 0) continue;
            return name switch
            {
                "index" => scope.Index,
                "key" => (object?)scope.Key ?? scope.Index,
                "first" => scope.IsFirst,
                "last" => scope.IsLast,
                _ => null,
            };
        }
        return null;
    }
}
