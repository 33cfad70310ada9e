using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>A submitted request as it is kept: its own members, and in "host" what a face or a host said beside the body and what the model's request follows from.</summary>
internal static class KeptRequest
{
    private const string Host = "host";

    /// <summary>The request as JSON.</summary>
    /// <param name="request">The request.</param>
    /// <param name="face">What its face says of it until the turn's log does; null: nothing.</param>
    public static byte[] Write(TurnRequest request, JsonElement? face = null)
    {
        var own = JsonSerializer.SerializeToUtf8Bytes(request, TurnpikeJson.Relaxed.TurnRequest);
        if (face is null && request is { User: null, Organization: null, WholeHistory: false, OnAsk: ToolDecision.Ask, Approval.Count: 0, OnlyTools: null, Chosen: null }) return own;
        var json = new ArrayBufferWriter<byte>(own.Length + 128);
        json.Write(own.AsSpan(0, own.Length - 1)); // all but the closing brace
        json.Write(own.Length > 2 ? ",\"host\":"u8 : "\"host\":"u8);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) WriteHost(writer, request, face);
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>The request's own members, the tools that it leaves, and what was chosen when it was done again: whoever submits it again is another host.</summary>
    public static TurnRequest Read(string json)
    {
        var members = Parsed(json);
        var (only, chosen) = (OnlyTools(members[Host]), Chosen(members[Host]));
        return Own(members) with { OnlyTools = only, Chosen = chosen };
    }

    /// <summary>What the face of a request says of it; null: nothing.</summary>
    public static JsonElement? ReadFace(string json) => JsonElement.Parse(json, JsonElements.Kept).TryGetProperty(Host, out var host) && host.TryGetProperty("face", out var face) ? face : null;

    /// <summary>The request with what its host said, for comparing.</summary>
    public static TurnRequest ReadWhole(string json)
    {
        var members = Parsed(json);
        var host = members[Host] as JsonObject;
        var request = Own(members);
        return host is null ? request : request with
        {
            User = (string?)host["user"],
            Organization = (string?)host["organization"],
            WholeHistory = (bool?)host["wholeHistory"] ?? false,
            OnAsk = Decision(host["onAsk"]) ?? ToolDecision.Ask,
            OnlyTools = OnlyTools(host),
            Chosen = Chosen(host),
            Approval = host["approval"] is JsonObject approval ? approval.ToDictionary(one => one.Key, one => Decision(one.Value) ?? ToolDecision.Ask, StringComparer.Ordinal) : request.Approval,
        };
    }

    private static void WriteHost(Utf8JsonWriter writer, TurnRequest request, JsonElement? face)
    {
        writer.WriteStartObject();
        if (request.User is { } user) writer.WriteString("user"u8, user);
        if (request.Organization is { } organization) writer.WriteString("organization"u8, organization);
        if (request.Chosen is { } chosen)
        {
            writer.WritePropertyName("chosen"u8);
            JsonSerializer.Serialize(writer, chosen, TurnpikeJson.Relaxed.TurnAgain);
        }
        if (request.WholeHistory) writer.WriteBoolean("wholeHistory"u8, true);
        if (request.OnAsk != ToolDecision.Ask) writer.WriteString("onAsk"u8, request.OnAsk.ToString());
        if (request.Approval.Count > 0)
        {
            writer.WriteStartObject("approval"u8);
            foreach (var (tool, decision) in request.Approval) writer.WriteString(tool, decision.ToString());
            writer.WriteEndObject();
        }
        if (request.OnlyTools is { } only)
        {
            writer.WriteStartArray("onlyTools"u8);
            foreach (var name in only) writer.WriteStringValue(name);
            writer.WriteEndArray();
        }
        if (face is { } said)
        {
            writer.WritePropertyName("face"u8);
            said.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static string[]? OnlyTools(JsonNode? host) => host?["onlyTools"] is JsonArray names ? [.. names.Select(name => (string)name!)] : null;

    private static TurnAgain? Chosen(JsonNode? host) => host?["chosen"] is { } chosen ? KeptJson.Read(chosen, TurnpikeJson.Relaxed.TurnAgain) : null;

    private static JsonObject Parsed(string json)
    {
        var members = JsonNode.Parse(json, documentOptions: JsonElements.Kept)!.AsObject();
        if (members[Host]?["author"] is { } author) members["author"] ??= author.DeepClone(); // where earlier programs kept it
        return members;
    }

    private static TurnRequest Own(JsonObject members)
    {
        members.Remove(Host);
        var request = KeptJson.Read(members, TurnpikeJson.Relaxed.TurnRequest)!;
        return request with { Parameters = Taken(request.Parameters), Prompt = request.Prompt is { Inline: { } inline } ? inline with { Parameters = Taken(inline.Parameters) } : request.Prompt };
    }

    /// <summary>What was taken once is not refused when it is asked again.</summary>
    private static TurnParameters? Taken(TurnParameters? parameters) => parameters is null ? null : OwnMembers.Without(parameters, (_, _) => { });

    private static ToolDecision? Decision(JsonNode? said) => Enum.TryParse<ToolDecision>((string?)said, out var decision) ? decision : null;
}
