using System.Text.Json;
using Turnpike.Turns.Drafts;

namespace Turnpike.Turns.Json;

/// <summary>A preview: <c>{request, sources, trace, variables, parameters, triggers, packing, warnings, tokens, actions}</c>.</summary>
public static class PreviewJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter writer, PreparedTurn turn)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(turn);
        writer.WriteStartObject();
        writer.WritePropertyName("request");
        JsonSerializer.Serialize(writer, turn.Shown().Request, TurnpikeJson.Relaxed.ModelRequest);
        writer.WritePropertyName("sources");
        JsonSerializer.Serialize(writer, turn.Sources(), TurnpikeJson.Relaxed.IReadOnlyListTextSource);
        writer.WritePropertyName("trace");
        JsonSerializer.Serialize(writer, [.. turn.Draft.Trace.Stations().Select(station => station with { Variables = null, Parameters = null })], TurnpikeJson.Relaxed.IReadOnlyListTraceStation);
        writer.WritePropertyName("variables");
        JsonSerializer.Serialize(writer, turn.Variables.Explain(), TurnpikeJson.Relaxed.IReadOnlyDictionaryStringVariableExplanation);
        writer.WritePropertyName("parameters");
        JsonSerializer.Serialize(writer, ParameterExplanation.Of(turn.Draft.State.Layers), TurnpikeJson.Relaxed.IReadOnlyDictionaryStringParameterExplanation);
        writer.WritePropertyName("triggers");
        JsonSerializer.Serialize(writer, TriggerRecord.Hidden(turn.Draft.Triggers, turn.Draft.Trace.Secrets), TurnpikeJson.Relaxed.IReadOnlyListTriggerRecord);
        writer.WritePropertyName("packing");
        JsonSerializer.Serialize(writer, turn.Packing, TurnpikeJson.Relaxed.IReadOnlyListPackingItem);
        writer.WritePropertyName("warnings");
        JsonSerializer.Serialize(writer, TurnWarning.Hidden(turn.Warnings, turn.Draft.Trace.Secrets), TurnpikeJson.Relaxed.IReadOnlyListTurnWarning);
        writer.WriteStartObject("tokens");
        writer.WriteNumber("input", turn.Tokens);
        writer.WriteBoolean("estimated", true);
        writer.WriteEndObject();
        writer.WriteStartArray("actions");
        foreach (var action in turn.Actions)
        {
            writer.WriteStartObject();
            writer.WriteString("trigger", action.Trigger);
            writer.WriteString("description", action.Description);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        if (turn.Prompt is { } prompt)
        {
            writer.WritePropertyName("prompt");
            JsonSerializer.Serialize(writer, new(prompt.Prompt.Key.Length == 0 ? null : prompt.Prompt.Key, prompt.Prompt.Version, prompt.Hash), TurnpikeJson.Relaxed.TurnPrompt);
        }
        writer.WriteEndObject();
    }
}
