using System.Globalization;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>The built-in computed variables: the time where the user is, and what the turn is a part of.</summary>
public static class ComputedVariables
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["current_date", "current_time", "current_datetime", "weekday", "timezone", "user_name", "conversation_id", "turn_number", "model"];

    /// <summary>Whether a variable depends on the time zone.</summary>
    internal static bool NeedsZone(string name) => name is "current_date" or "current_time" or "current_datetime" or "weekday" or "timezone";

    /// <summary>The value of one; null when there is none by this name, or it is not known for this turn.</summary>
    internal static JsonElement? Find(string name, VariableContext context)
    {
        var text = NeedsZone(name) ? Time(name, context) : name switch
        {
            "user_name" => context.UserName,
            "conversation_id" => context.ConversationId,
            "model" => context.Model,
            _ => null,
        };
        if (text is not null) return JsonElements.Of(text);
        return name == "turn_number" && context.TurnNumber > 0 ? JsonElements.Of((long)context.TurnNumber) : null;
    }

    private static string Time(string name, VariableContext context)
    {
        var zone = TimeZones.Find(context.TimeZone);
        if (name == "timezone") return zone.Id;
        var now = TimeZoneInfo.ConvertTime(context.OpenedAt, zone);
        return now.ToString(name switch { "current_date" => "yyyy-MM-dd", "current_time" => "HH:mm", "weekday" => "dddd", _ => "yyyy-MM-dd'T'HH:mm:sszzz" }, CultureInfo.InvariantCulture);
    }
}
