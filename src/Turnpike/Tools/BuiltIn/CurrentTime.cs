using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools.BuiltIn;

/// <summary>The tool <c>current_time</c>: models do not know what time it is. Offered only where somebody chooses it.</summary>
internal sealed class CurrentTime(TimeProvider time) : IToolSource
{
    private IReadOnlyList<AIFunction>? _tools;

    public string Name => "builtin";

    public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) =>
        new(_tools ??= [AIFunctionFactory.Create(Tell, "current_time", "Tells the current date and time, with the day of the week.")]);

    private string Tell([Description("IANA name of a time zone, such as Europe/Paris; without it, UTC.")] string? timezone = null)
    {
        var zone = TimeZoneInfo.Utc;
        if (timezone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(timezone, out zone)) throw new ArgumentException($"There is no time zone \"{timezone}\"; write an IANA name such as Europe/Paris.");
        return TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone!).ToString("dddd, yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
    }
}
