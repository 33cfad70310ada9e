using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads <c>tool_choice</c> of both vendor faces.</summary>
internal static class ToolChoices
{
    /// <summary>The choice in our words (<c>auto, none, required</c> or a tool's name), and the tools it narrows to; null: all.</summary>
    public static (JsonElement? Choice, IReadOnlyList<string>? Only) Read(JsonElement body)
    {
        const string Field = "tool_choice";
        if (body.Member(Field) is not { } choice) return (null, null);
        if (choice.ValueKind == JsonValueKind.String)
            return choice.GetString() is "auto" or "none" or "required" ? (choice, null) : throw Given.UnsupportedValue(Field, $"\"tool_choice\" is \"{choice.GetString()}\"; it must be auto, none, required or an object.");
        if (choice.ValueKind != JsonValueKind.Object) throw Given.Invalid(Field, "\"tool_choice\" must be a string or an object.");
        switch (choice.Needed("type", Field + "."))
        {
            case "function":
                return (Text((choice.Object("function", Field + ".") ?? choice).Needed("name", Field + ".")), null);
            case "mcp":
                return (choice.Text("name", Field + ".") is { } tool ? Text(tool) : Text("required"), choice.Text("name", Field + ".") is null ? [choice.Needed("server_label", Field + ".") + ".*"] : null);
            case "allowed_tools":
                var allowed = choice.Object("allowed_tools", Field + ".") ?? choice;
                var names = (allowed.List("tools", Field + ".") ?? []).Select((tool, i) => Allowed(tool) ?? throw Given.Invalid($"{Field}.tools[{i}].name", "Each allowed tool needs a \"name\".")).ToArray();
                return (Text(allowed.Text("mode", Field + ".") is "required" ? "required" : "auto"), names);
            case var type:
                throw Given.UnsupportedValue(Field + ".type", $"A \"tool_choice\" of type \"{type}\" is not taken.");
        }
    }

    private static string? Allowed(JsonElement tool) => tool.Text("server_label") is { } label ? $"{label}.{tool.Text("name") ?? "*"}" : (tool.Object("function") ?? tool).Text("name");

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String);
}
