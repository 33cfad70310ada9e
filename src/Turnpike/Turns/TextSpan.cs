using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>A stretch of a text in UTF-16 units, as a browser's caret counts: <c>[Start, End)</c>.</summary>
/// <param name="Start">Index of the first unit.</param>
/// <param name="End">Index behind the last unit.</param>
public readonly record struct TextSpan(int Start, int End)
{
    /// <summary>The number of units.</summary>
    [JsonIgnore]
    public int Length => End - Start;

    /// <summary>The stretch in a text that this one's text stands in, so many units from its start.</summary>
    internal TextSpan Moved(int by) => new(Start + by, End + by);
}
