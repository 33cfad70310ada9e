namespace Turnpike.Prompts.Templates;

/// <summary>What a template is rendered with.</summary>
public sealed record TemplateContext
{
    /// <summary>
    /// Values of variables: text, numbers, booleans, <see cref="System.Text.Json.JsonElement"/>, <see cref="MediaValue"/> or <see cref="MessagesValue"/>. Members of CLR objects are never read.
    /// </summary>
    public required IReadOnlyDictionary<string, object?> Values { get; init; }
    /// <summary>Values behind <c>@</c>: <c>@state</c>, <c>@user</c>, …</summary>
    public IReadOnlyDictionary<string, object?> Data { get; init; } = new Dictionary<string, object?>();
    /// <summary>What the person typed: <c>{{input}}</c>.</summary>
    public string Input { get; init; } = "";
    /// <summary>Finds a partial by its name; null when there is none.</summary>
    public Func<string, PromptTemplate?> Partials { get; init; } = _ => null;
    /// <summary>The clock that bounds the time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
    /// <summary>Hears of each piece as it was written at last.</summary>
    internal Action<TemplatePiece>? Wrote { get; init; }
}

/// <summary>A value that becomes a media part.</summary>
/// <param name="Url">http(s) or data: URL, or a file id.</param>
/// <param name="MediaType">Its type, if known.</param>
public sealed record MediaValue(string Url, string? MediaType)
{
    /// <summary>What stands in the template's text where the value itself is asked for; null: the media part.</summary>
    public string? Text { get; init; }
    /// <summary>How closely a model looks at it; null: as its provider does.</summary>
    internal string? Detail { get; init; }
    /// <summary>What the file is called; null: nothing is known.</summary>
    internal string? Name { get; init; }
}

/// <summary>A value that becomes messages.</summary>
/// <param name="Json">A list of <c>{role, content}</c>.</param>
public sealed record MessagesValue(System.Text.Json.JsonElement Json);
