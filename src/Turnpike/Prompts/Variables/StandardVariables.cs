using System.Globalization;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>The computed variables that there always are: dates and times in the person's time zone, and facts of the turn.</summary>
internal sealed class StandardVariables : IVariableProvider
{
    public IReadOnlyCollection<string> Names { get; } = ["current_date", "current_time", "current_datetime", "weekday", "timezone", "user_name", "conversation_id", "turn_number", "model"];

    public ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken)
    {
        var zone = Zone(context.TimeZone);
        var now = TimeZoneInfo.ConvertTime(context.OpenedAt, zone);
        var text = name switch
        {
            "current_date" => now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "current_time" => now.ToString("HH:mm", CultureInfo.InvariantCulture),
            "current_datetime" => now.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            "weekday" => now.DayOfWeek.ToString(),
            "timezone" => zone.Id,
            "user_name" => context.UserName,
            "conversation_id" => context.ConversationId,
            "model" => context.Model,
            _ => null,
        };
        if (name == "turn_number") return new(JsonSerializer.SerializeToElement(context.TurnNumber, TurnpikeJson.Relaxed.Int32));
        return new(text is null ? null : JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String));
    }

    private static TimeZoneInfo Zone(string? id) => id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;
}
