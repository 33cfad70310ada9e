using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>What is wrong with something that begins like a trigger.</summary>
/// <param name="Code"><c>trigger_unknown</c>, <c>trigger_invalid</c>, <c>trigger_unterminated</c>, <c>trigger_limit</c> or <c>trigger_failed</c>.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Span">Where it stands.</param>
public sealed record TriggerDiagnostic(string Code, string Message, TextSpan Span)
{
    /// <summary>No such namespace or method.</summary>
    public const string Unknown = "trigger_unknown";
    /// <summary>Arguments that do not fit.</summary>
    public const string Invalid = "trigger_invalid";
    /// <summary>Its handler failed.</summary>
    public const string Failed = "trigger_failed";
    /// <summary>END is missing.</summary>
    public const string Unterminated = "trigger_unterminated";
    /// <summary>Too many triggers, or arguments too long.</summary>
    public const string Limit = "trigger_limit";
}
