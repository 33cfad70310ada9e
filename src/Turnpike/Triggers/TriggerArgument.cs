using System.Globalization;
using System.Text.Json.Serialization;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers;

/// <summary>One argument of a trigger's method.</summary>
public sealed record TriggerArgument
{
    /// <summary>Its name; also how it is given out of order: <c>name=value</c>.</summary>
    public required string Name { get; init; }
    /// <summary>What it holds.</summary>
    public TriggerArgumentType Type { get; init; } = TriggerArgumentType.String;
    /// <summary>Whether the trigger is wrong without it.</summary>
    public bool Required { get; init; }
    /// <summary>Whether a quoted text with nothing in it is a value of it, though it is required.</summary>
    internal bool MayBeEmpty { get; init; }
    /// <summary>Whether it takes several values, also separated by commas.</summary>
    public bool List { get; init; }
    /// <summary>Smallest number.</summary>
    public double? Min { get; init; }
    /// <summary>Largest number.</summary>
    public double? Max { get; init; }
    /// <summary>The words an enum may be.</summary>
    public IReadOnlyList<string>? Options { get; init; }
    /// <summary>What it is for.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// Whether a value is one that exists. Asked where a line ends without END, to tell arguments from prose that follows them. Must be quick and
    /// have no effects. Without it, a list at the end of a line has its values separated by commas.
    /// </summary>
    [JsonIgnore]
    public Func<string, bool>? Known { get; init; }

    /// <summary>
    /// The same for values that only a look into stores or at other servers tells, in the turn that is prepared (null: somebody still types): those of the
    /// values that exist.
    /// </summary>
    internal Func<IReadOnlyCollection<string>, TurnDraft?, CancellationToken, ValueTask<IReadOnlyCollection<string>>>? Among { get; init; }

    /// <summary>Values to offer while somebody types; must have no effects. When it throws, nothing is offered.</summary>
    [JsonIgnore]
    public Func<TriggerSuggestionRequest, CancellationToken, ValueTask<IReadOnlyList<TriggerSuggestion>>>? Suggest { get; init; }

    /// <summary>What fits, for messages: <c>a number from 0 to 2</c>.</summary>
    [JsonIgnore]
    public string Expects => Type switch
    {
        TriggerArgumentType.Number => "a number" + Range,
        TriggerArgumentType.Integer => "a whole number" + Range,
        TriggerArgumentType.Boolean => "true or false",
        TriggerArgumentType.Enum => "one of " + string.Join(", ", Options ?? []),
        TriggerArgumentType.Pairs => "name=value",
        TriggerArgumentType.Text => "text",
        _ => "one word or a quoted text",
    };

    private string Range => (Min, Max) switch
    {
        ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $" from {min} to {max}"),
        ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $" from {min} up"),
        (null, { } max) => string.Create(CultureInfo.InvariantCulture, $" up to {max}"),
        _ => "",
    };
}
