using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>One request of a client: what it asks, and how it can be answered.</summary>
internal sealed record McpCall
{
    /// <summary>The method: <c>tools/call</c>.</summary>
    public required string Method { get; init; }
    /// <summary>Its parameters; empty when there are none.</summary>
    public required JsonObject Params { get; init; }
    /// <summary>Whether it speaks the protocol of 2026-07-28 or later.</summary>
    public bool IsModern { get; init; }
    /// <summary>Who asks; null: anybody on this machine.</summary>
    public McpCaller Caller { get; init; } = McpCaller.Local;
    /// <summary>Sends a notification before the answer; null: none can be sent.</summary>
    public Func<JsonObject, Task>? Notify { get; init; }

    /// <summary>Whether triggers in what is typed are read: not unless the key or the prompt asks for it, because the caller is often a model.</summary>
    public static TriggerReading Triggers => KeyScope.Current?.Settings.Triggers switch { "on" => TriggerReading.On, "off" => TriggerReading.Off, _ => TriggerReading.FaceOff };

    /// <summary>What <c>_meta</c> says.</summary>
    public JsonObject? Meta => Params["_meta"] as JsonObject;

    /// <summary>Whether the client shows forms to a person.</summary>
    public bool CanElicit => IsModern && Meta?[McpProtocol.ClientCapabilities] is JsonObject capabilities && capabilities["elicitation"] is JsonObject elicitation && (elicitation.Count == 0 || elicitation["form"] is not null);

    /// <summary>A parameter that must be a text.</summary>
    /// <exception cref="McpError">It is missing.</exception>
    public string Text(string name) => Params[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new McpError(McpError.Params, $"\"{Method}\" needs \"{name}\", a text.");

    /// <summary>A text in an object; null when it is missing or something else.</summary>
    public static string? Said(JsonObject of, string name) => of[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A parameter that may be an object.</summary>
    /// <exception cref="McpError">It is something else.</exception>
    public JsonObject Object(string name) => Params[name] switch
    {
        null => [],
        JsonObject value => value,
        _ => throw new McpError(McpError.Params, $"\"{name}\" must be an object."),
    };
}

/// <summary>Who asks.</summary>
/// <param name="Key">Id of the key; null: none was needed.</param>
/// <param name="User">The user.</param>
/// <param name="Organization">The organization.</param>
internal sealed record McpCaller(string? Key, string? User, string? Organization)
{
    public static McpCaller Local { get; } = new(null, null, null);
}
