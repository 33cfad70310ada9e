using Turnpike.Turns;

namespace Turnpike.Cli.Clients;

/// <summary>A tool as it is listed.</summary>
/// <param name="Name">The name it is chosen by.</param>
/// <param name="Description">What it does.</param>
/// <param name="Source">Who supplies it.</param>
internal sealed record ToolRow(string Name, string? Description, string? Source);

/// <summary>A trigger as it is listed.</summary>
internal sealed record TriggerRow
{
    /// <summary>The namespace's name.</summary>
    public required string Namespace { get; init; }
    /// <summary>The method's name.</summary>
    public required string Method { get; init; }
    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init => field = value ?? []; } = [];
    /// <summary>What it does.</summary>
    public string? Description { get; init; }
    /// <summary>Its arguments, in order.</summary>
    public IReadOnlyList<TriggerArgumentRow> Arguments { get; init => field = value ?? []; } = [];
    /// <summary>A whole trigger as somebody would type it.</summary>
    public string? Example { get; init; }
}

/// <summary>An argument of a trigger.</summary>
internal sealed record TriggerArgumentRow
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>What it is.</summary>
    public string? Type { get; init; }
    /// <summary>Whether the trigger needs it.</summary>
    public bool Required { get; init; }
    /// <summary>Whether several may be given.</summary>
    public bool List { get; init; }
    /// <summary>Smallest number.</summary>
    public double? Min { get; init; }
    /// <summary>Largest number.</summary>
    public double? Max { get; init; }
    /// <summary>The words that fit.</summary>
    public IReadOnlyList<string>? Options { get; init; }
}

/// <summary>What may be typed next.</summary>
/// <param name="Label">What is shown.</param>
/// <param name="InsertText">What is inserted.</param>
/// <param name="Span">What the insertion replaces.</param>
/// <param name="Detail">One line about it.</param>
internal sealed record CompletionRow(string Label, string InsertText, TextSpan Span, string? Detail);
