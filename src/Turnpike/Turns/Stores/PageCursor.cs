using System.Globalization;

namespace Turnpike.Turns.Stores;

/// <summary>Where a page of a list ended: the time of its last row in Unix milliseconds, negative before 1970, and that row's name.</summary>
internal readonly record struct PageCursor(long Time, string Name)
{
    /// <summary>Before the first row of any list.</summary>
    public static PageCursor Start { get; } = new(long.MaxValue, "");

    /// <exception cref="TurnException"><c>request_invalid</c>: this was never a cursor.</exception>
    public static PageCursor Parse(string? after)
    {
        if (string.IsNullOrEmpty(after)) return Start;
        var dot = after.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(after.AsSpan(0, dot), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
            ? new(time, after[(dot + 1)..])
            : throw StoreErrors.Cursor(after);
    }

    /// <summary>Whether a row stands behind this place, in lists with the newest first.</summary>
    public bool IsBefore(long time, string name) => time < Time || (time == Time && string.CompareOrdinal(name, Name) < 0);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Time}.{Name}");
}
