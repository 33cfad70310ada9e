using System.ComponentModel.DataAnnotations;

namespace Turnpike.Triggers;

/// <summary>How triggers are written and what becomes of those that are not understood.</summary>
public sealed class TriggerOptions : IValidatableObject
{
    /// <summary>What a trigger begins with: punctuation only. Default <c>@.</c>. Anything else throws <see cref="ArgumentException"/>.</summary>
    public string Start { get; set => field = TriggerSyntax.Checked(value, "Turnpike:Triggers:Start"); } = "@.";

    /// <summary>What a trigger ends with: punctuation only, different from <see cref="Start"/>. Default <c>;</c>. Anything else throws <see cref="ArgumentException"/>.</summary>
    public string End { get; set => field = TriggerSyntax.Checked(value, "Turnpike:Triggers:End"); } = ";";

    /// <summary>What becomes of a trigger that is not understood. Default: it stays text, with a warning.</summary>
    public TriggerPolicy Policy { get; set; } = TriggerPolicy.Keep;

    /// <summary>START and END together.</summary>
    /// <exception cref="ArgumentException">They are the same.</exception>
    public TriggerSyntax Syntax => new(Start, End);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Start == End) yield return new($"It is \"{End}\", and so is {nameof(Start)}. Choose two different marks.", [nameof(End)]);
    }
}

/// <summary>What becomes of a trigger that is not understood.</summary>
public enum TriggerPolicy
{
    /// <summary>It stays text, with a warning.</summary>
    Keep,
    /// <summary>The turn is refused with <c>trigger_unknown</c> or <c>trigger_invalid</c> and the span.</summary>
    Reject,
}
