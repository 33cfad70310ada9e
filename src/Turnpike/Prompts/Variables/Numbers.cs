using System.Text.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>A number for comparing: exact up to 28 digits, a double beyond.</summary>
/// <param name="Exact">The decimal value; null when it has none.</param>
/// <param name="Rough">The nearest double.</param>
internal readonly record struct Numbers(decimal? Exact, double Rough) : IComparable<Numbers>
{
    public static Numbers Of(JsonElement number)
    {
        number.TryGetDouble(out var rough);
        return new(number.TryGetDecimal(out var exact) && (double)exact == rough ? exact : null, rough);
    }

    public static Numbers Of(double number) => new(Math.Abs(number) is < 1e27 and (0 or > 1e-20) ? (decimal)number : null, number);

    public int CompareTo(Numbers other) => Exact is { } a && other.Exact is { } b ? a.CompareTo(b) : Rough.CompareTo(other.Rough);

    /// <summary>Whether it has no fraction.</summary>
    public bool IsWhole => Exact is { } exact ? exact == decimal.Truncate(exact) : Rough == Math.Floor(Rough) && double.IsFinite(Rough);

    /// <summary>Whether the number, counted from another one, is a multiple of a step above 0; with a step that is none, it always is.</summary>
    public bool IsMultipleOf(double step, Numbers from = default)
    {
        if (!(step > 0) || !double.IsFinite(step)) return true;
        if (Exact is { } exact && (from.Exact ?? 0) is var start && Of(step).Exact is { } size && Math.Abs(exact) < 1e15m && Math.Abs(start) < 1e15m) return (exact - start) % size == 0;
        var count = (Rough - from.Rough) / step;
        return Math.Abs(count - Math.Round(count)) <= 1e-9 * Math.Max(1, Math.Abs(count));
    }
}
