using System.Text.Json;
using Turnpike.Tools;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>The JSON of tools and their servers.</summary>
internal static class ToolsJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<KnownTool> tools, IReadOnlyList<(string Source, string Message)> failures)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tool.Name);
            writer.WriteString("source", tool.Source);
            writer.WriteString("description", tool.Function.Description);
            writer.WritePropertyName("schema");
            tool.Function.JsonSchema.WriteTo(writer);
            writer.WriteBoolean("trusted", tool.Trusted);
            if (tool.Groups.Count > 0)
            {
                writer.WriteStartArray("groups");
                foreach (var group in tool.Groups) writer.WriteStringValue(group);
                writer.WriteEndArray();
            }
            WriteHints(writer, tool.Function.AdditionalProperties);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("unavailable");
        foreach (var (source, message) in failures)
        {
            writer.WriteStartObject();
            writer.WriteString("source", source);
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, TriedTool tried)
    {
        writer.WriteStartObject();
        writer.WriteString("tool", tried.Tool.Name);
        if (ToolValues.IsError(tried.Result))
        {
            writer.WriteString("error", tried.Result.Result as string);
        }
        else
        {
            writer.WritePropertyName("result");
            ToolValues.Write(writer, tried.Result.Result);
        }
        writer.WriteNumber("milliseconds", Math.Round(tried.Took.TotalMilliseconds, 3));
        writer.WriteEndObject();
    }

    private static void WriteHints(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> hints)
    {
        if (!hints.Values.Any(hint => hint is bool or string)) return;
        writer.WriteStartObject("hints");
        foreach (var (name, value) in hints)
        {
            if (value is bool flag) writer.WriteBoolean(name, flag);
            else if (value is string text) writer.WriteString(name, text);
        }
        writer.WriteEndObject();
    }
}
