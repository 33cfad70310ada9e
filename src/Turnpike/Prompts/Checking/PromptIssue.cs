using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Prompts.Checking;

/// <summary>Something about a prompt that its writer should know.</summary>
/// <param name="Code">Which rule it is, in snake_case.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What it is.</param>
/// <param name="Path">Where in the prompt object, for example <c>messages[0].content[0].text</c>.</param>
public sealed record PromptIssue(string Code, IssueSeverity Severity, string Message, string Path)
{
    /// <summary>The variable, tool, rule, partial, model or parameter that it is about.</summary>
    public string? Name { get; init; }
    /// <summary>Where in the text at the path.</summary>
    public TextSpan? Span { get; init; }
    /// <summary>What to do about it, where that is known.</summary>
    public IssueFix? Fix { get; init; }
}

/// <summary>How bad an issue is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IssueSeverity>))]
public enum IssueSeverity
{
    /// <summary>The prompt cannot be saved or run like this.</summary>
    [JsonStringEnumMemberName("error")] Error,
    /// <summary>It runs, and probably not as it was meant.</summary>
    [JsonStringEnumMemberName("warning")] Warning,
    /// <summary>Worth knowing.</summary>
    [JsonStringEnumMemberName("info")] Info,
}

/// <summary>What to do about an issue.</summary>
/// <param name="Message">In words.</param>
/// <param name="Text">What to write in the place of the issue's span; null when the fix is not one of text.</param>
public sealed record IssueFix(string Message, string? Text = null);

/// <summary>All that is to be said about a prompt.</summary>
/// <param name="Issues">The issues, errors first, then in the order of the prompt.</param>
/// <param name="Variables">How its variables stand.</param>
public sealed record PromptReview(IReadOnlyList<PromptIssue> Issues, PromptVariableUse Variables)
{
    /// <summary>Whether it can be saved and run.</summary>
    public bool Valid => !Issues.Any(issue => issue.Severity == IssueSeverity.Error);
}

/// <summary>How the variables of a prompt stand.</summary>
/// <param name="Used">Declared and used, by the templates or their partials.</param>
/// <param name="Unused">Declared and not used.</param>
/// <param name="Undefined">Used, and neither declared nor computed.</param>
/// <param name="Computed">Used and computed.</param>
public sealed record PromptVariableUse(IReadOnlyList<string> Used, IReadOnlyList<string> Unused, IReadOnlyList<string> Undefined, IReadOnlyList<string> Computed);
