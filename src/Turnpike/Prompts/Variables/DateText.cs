using System.Globalization;

namespace Turnpike.Prompts.Variables;

/// <summary>
/// A day (<c>yyyy-MM-dd</c>) or a point in time (ISO 8601: <c>yyyy-MM-ddTHH:mm[:ss[.f]]</c>, then <c>Z</c>, an offset, or nothing for local time).
/// A day is compared with the day of a point where it stands; points are compared as instants, local ones as if they were UTC.
/// </summary>
/// <param name="At">The point; a day's midnight.</param>
/// <param name="IsDay">Whether it is a day.</param>
/// <param name="HasOffset">Whether it says its distance from UTC.</param>
internal readonly record struct DateText(DateTimeOffset At, bool IsDay, bool HasOffset) : IComparable<DateText>
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out DateText date)
    {
        date = default;
        text = text.Trim();
        if (text.Length is < 10 or > 64) return false;
        if (text.Length == 10)
        {
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return false;
            date = new(new(day, TimeOnly.MinValue, TimeSpan.Zero), true, false);
            return true;
        }
        text = Shorten(text.ToUpperInvariant());
        if (!DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return false;
        date = new(at, false, text.AsSpan(10).IndexOfAny('Z', '+', '-') >= 0);
        return true;
    }

    public int CompareTo(DateText other) => IsDay || other.IsDay ? At.Date.CompareTo(other.At.Date) : At.CompareTo(other.At);

    public override string ToString() =>
        At.ToString(IsDay ? "yyyy-MM-dd" : !HasOffset ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF" : At.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);

    private static string Shorten(string text) // digits beyond a ten-millionth of a second
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return text;
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - dot <= 8 ? text : text.Remove(dot + 8, end - dot - 8);
    }
}
