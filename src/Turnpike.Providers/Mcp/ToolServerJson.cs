using System.Text.Json;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Mcp;

/// <summary>The JSON of tool servers.</summary>
internal static class ToolServerJson
{
    public static void Write(Utf8JsonWriter writer, ToolServer server, ToolSourceHealth health, bool configured)
    {
        var shown = JsonSerializer.SerializeToElement(server.Masked(), TurnpikeJson.Relaxed.ToolServer);
        writer.WriteStartObject();
        foreach (var member in shown.EnumerateObject()) member.WriteTo(writer);
        writer.WriteBoolean("configured", configured);
        writer.WriteStartObject("health");
        WriteMembers(writer, health);
        writer.WriteEndObject();
        writer.WriteString("status", health.Status);
        writer.WriteEndObject();
    }

    /// <summary>What other organizations than that of the installation are told: how it is, not where it is, what it is sent, or why it fails.</summary>
    public static void WriteOutside(Utf8JsonWriter writer, ToolServer server, ToolSourceHealth health, bool configured)
    {
        writer.WriteStartObject();
        writer.WriteString("name", server.Name);
        writer.WriteBoolean("trusted", server.Trusted);
        writer.WriteBoolean("configured", configured);
        writer.WriteStartObject("health");
        WriteMembers(writer, new(health.Status, health.Tools));
        writer.WriteEndObject();
        writer.WriteString("status", health.Status);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, string name, ToolSourceHealth health)
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        WriteMembers(writer, health);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, ToolSourceHealth health)
    {
        writer.WriteString("status", health.Status);
        if (health.Tools is { } tools) writer.WriteNumber("tools", tools);
        if (health.Error is { } error) writer.WriteString("error", error);
        if (health.Detail is { } detail) writer.WriteString("detail", detail);
        if (health.LeftOut.Count == 0) return;
        writer.WriteStartArray("leftOut");
        foreach (var tool in health.LeftOut) writer.WriteStringValue(tool);
        writer.WriteEndArray();
    }
}
