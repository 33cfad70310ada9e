namespace Turnpike.Prompts.Variables;

/// <summary>Time zones by IANA id, as the system's time zone data knows them; without that data only UTC is known.</summary>
internal static class TimeZones
{
    /// <summary>The zone; UTC when the id is null or unknown.</summary>
    public static TimeZoneInfo Find(string? id) => TryFind(id, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>Whether a zone is named and known, or none is named.</summary>
    public static bool IsKnown(string? id) => string.IsNullOrEmpty(id) || TryFind(id, out _);

    private static bool TryFind(string? id, out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        if (string.IsNullOrEmpty(id) || id.Length > 64) return false;
        if (id is "UTC" or "Etc/UTC") return true;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(id, out var found)) return false;
        zone = found;
        return true;
    }
}
