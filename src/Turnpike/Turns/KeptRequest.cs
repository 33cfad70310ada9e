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
    public static byte[] Write(TurnRequest request)
    {
        var own = JsonSerializer.SerializeToUtf8Bytes(request, TurnpikeJson.Relaxed.TurnRequest);
        if (request is { User: null, Organization: null, WholeHistory: false, OnAsk: ToolDecision.Ask, Approval.Count: 0 }) return own;
        var json = new ArrayBufferWriter<byte>(own.Length + 128);
        json.Write(own.AsSpan(0, own.Length - 1)); // all but the closing brace
        json.Write(own.Length > 2 ? ",\"host\":"u8 : "\"host\":"u8);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) WriteHost(writer, request);
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>The request's own members: whoever submits it again is another host.</summary>
    public static TurnRequest Read(string json) => Own(Parsed(json));

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
            Approval = host["approval"] is JsonObject approval ? approval.ToDictionary(one => one.Key, one => Decision(one.Value) ?? ToolDecision.Ask, StringComparer.Ordinal) : request.Approval,
        };
    }

    private static void WriteHost(Utf8JsonWriter writer, TurnRequest request)
    {
        writer.WriteStartObject();
        if (request.User is { } user) writer.WriteString("user"u8, user);
        if (request.Organization is { } organization) writer.WriteString("organization"u8, organization);
        if (request.WholeHistory) writer.WriteBoolean("wholeHistory"u8, true);
        if (request.OnAsk != ToolDecision.Ask) writer.WriteString("onAsk"u8, request.OnAsk.ToString());
        if (request.Approval.Count > 0)
        {
            writer.WriteStartObject("approval"u8);
            foreach (var (tool, decision) in request.Approval) writer.WriteString(tool, decision.ToString());
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static JsonObject Parsed(string json) => JsonNode.Parse(json)!.AsObject();

    private static TurnRequest Own(JsonObject members)
    {
        members.Remove(Host);
        return members.Deserialize(TurnpikeJson.Relaxed.TurnRequest)!;
    }

    private static ToolDecision? Decision(JsonNode? said) => Enum.TryParse<ToolDecision>((string?)said, out var decision) ? decision : null;
}
