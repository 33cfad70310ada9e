using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace Turnpike.Tools.BuiltIn;

/// <summary>The tool <c>current_time</c>: models do not know what time it is.</summary>
internal sealed class CurrentTime(TimeProvider time)
{
    public AIFunction Function => AIFunctionFactory.Create(Tell, "current_time", "Tells the current date and time, with the day of the week.");

    private string Tell([Description("IANA name of a time zone, such as Europe/Paris; without it, UTC.")] string? timezone = null)
    {
        var zone = TimeZoneInfo.Utc;
        if (timezone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(timezone, out zone)) throw new ArgumentException($"There is no time zone \"{timezone}\"; write an IANA name such as Europe/Paris.");
        return TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone!).ToString("dddd, yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
    }
}
