namespace Turnpike.Prompts.Templates;

/// <summary>What a stretch of a template is about.</summary>
/// <param name="value">The value whose members its names are.</param>
/// <param name="parent">The scope that <c>../</c> leads to; null at the root of a template or partial.</param>
internal sealed class TemplateScope(object? value, TemplateScope? parent)
{
    public object? Value => value;

    public TemplateScope? Parent => parent;
}

/// <summary>One pass through a loop: <c>@index</c> and its like.</summary>
internal sealed class LoopFrame(int index, string? key, bool isLast, LoopFrame? parent)
{
    public LoopFrame? Parent => parent;

    public object? Data(string name) => name switch
    {
        "index" => index,
        "key" => key ?? (object)index,
        "first" => index == 0,
        "last" => isLast,
        _ => null,
    };
}

/// <summary>A value with the name that a block gave it.</summary>
internal sealed record NamedValue(string Name, object? Value, NamedValue? Next);

/// <summary>What the person typed. It stays apart from all other text, so that a page can show it as theirs.</summary>
internal sealed record TypedText(string Text);
