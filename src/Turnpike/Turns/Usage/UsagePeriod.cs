using System.Globalization;

namespace Turnpike.Turns.Usage;

/// <summary>Reads the period of a usage query as people write it.</summary>
public static class UsagePeriod
{
    /// <summary>The period that counts when none is named.</summary>
    public static TimeSpan Standard { get; } = TimeSpan.FromDays(30);

    /// <summary>
    /// A day (<c>2026-11-01</c>) or a moment (ISO 8601), in UTC unless it says otherwise. A day at the end of a period belongs to it. Without an end: until now; without a beginning: from the day 30 days before the end.
    /// </summary>
    /// <exception cref="TurnException"><c>request_invalid</c> naming <c>from</c> or <c>to</c>.</exception>
    public static (DateTimeOffset From, DateTimeOffset To) Read(string? from, string? to, DateTimeOffset now)
    {
        var end = to is null ? now.AddMilliseconds(1) : Moment(to, "to", isEnd: true);
        if (from is null && end.UtcDateTime < DateTime.MinValue + Standard) throw new TurnException(TurnErrorCode.RequestInvalid, $"\"to\" is \"{to}\", and no day is {Standard.Days} days before it. Say with \"from\" where the period begins.") { Field = "to" };
        var start = from is null ? new DateTimeOffset(end.UtcDateTime.Date, TimeSpan.Zero) - Standard : Moment(from, "from", isEnd: false);
        return start < end ? (start, end) : throw new TurnException(TurnErrorCode.RequestInvalid, $"The period ends (\"{to ?? "now"}\") before it begins (\"{from}\").") { Field = "to" };
    }

    private static DateTimeOffset Moment(string text, string field, bool isEnd)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue) return new(isEnd ? day.AddDays(1) : day, TimeOnly.MinValue, TimeSpan.Zero);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) && text.Length >= 16
            ? moment
            : throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{field}\" is \"{text}\"; it must be a day (2026-11-01) or a moment (2026-11-01T08:00:00Z).") { Field = field };
    }
}
