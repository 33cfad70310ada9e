using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Server.Compatible;

/// <summary>The object <c>turnpike</c> of an answer, for requests that had one: what the vendor's shape has no place for.</summary>
internal static class NativeMembers
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TurnEvent> events)
    {
        var (started, ended) = ((TurnStarted)events[0], events[^1] as TurnCompleted);
        writer.WriteStartObject("turnpike"u8);
        writer.WriteString("turn"u8, started.Turn);
        writer.WriteString("conversation"u8, started.Conversation);
        writer.WriteString("prompt"u8, Prompt(started));
        writer.WriteStartArray("warnings"u8);
        foreach (var warning in events.OfType<WarningRaised>())
        {
            WriteWarning(writer, warning);
        }
        writer.WriteEndArray();
        WriteCost(writer, ended?.Cost);
        writer.WriteEndObject();
    }

    /// <summary>A warning: <c>{code, message, span?}</c>.</summary>
    public static void WriteWarning(Utf8JsonWriter writer, WarningRaised warning)
    {
        writer.WriteStartObject();
        writer.WriteString("code"u8, warning.Code);
        writer.WriteString("message"u8, warning.Message);
        if (warning.Span is { } span)
        {
            writer.WriteStartObject("span"u8);
            writer.WriteNumber("start"u8, span.Start);
            writer.WriteNumber("end"u8, span.End);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    public static void WriteCost(Utf8JsonWriter writer, TurnCost? cost)
    {
        if (cost is null)
        {
            writer.WriteNull("cost"u8);
            return;
        }
        writer.WriteStartObject("cost"u8);
        writer.WriteNumber("amount"u8, cost.Amount);
        writer.WriteString("currency"u8, cost.Currency);
        writer.WriteEndObject();
    }

    /// <summary><c>key@version</c>; null when the prompt has no key.</summary>
    public static string? Prompt(TurnStarted started) => started.PromptKey is not { } key ? null : started.PromptVersion is { } version ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key}@{version}") : key;
}
