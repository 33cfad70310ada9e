using System.Globalization;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Catalogs;

/// <summary>The numbers that a model takes for a parameter.</summary>
/// <param name="Min">The smallest; null: as for every model.</param>
/// <param name="Max">The largest; null: as for every model.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ParameterRange(double? Min = null, double? Max = null)
{
    /// <summary>Whether a value lies within it; what is no number does.</summary>
    internal bool Takes(object? value) => value is not (double or long or int) || (Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && !(number < Min) && !(number > Max));

    /// <summary>It in words: <c>from 0 to 1</c>.</summary>
    internal string Words => (Text(Min), Text(Max)) switch
    {
        ({ } min, { } max) => $"from {min} to {max}",
        ({ } min, null) => $"from {min} up",
        (_, var max) => $"up to {max}",
    };

    private static string? Text(double? number) => number?.ToString(CultureInfo.InvariantCulture);
}
