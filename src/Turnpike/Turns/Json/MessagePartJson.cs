using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Files;
using Turnpike.Turns.Secrets;

namespace Turnpike.Turns.Json;

/// <summary>The parts of a message in our own JSON.</summary>
internal static class MessagePartJson
{
    public static void Write(Utf8JsonWriter writer, AIContent part)
    {
        writer.WriteStartObject();
        switch (part)
        {
            case TextContent text:
                writer.WriteString("type"u8, "text"u8);
                writer.WriteString("text"u8, text.Text);
                if (MessageParts.PhaseOf(text) is { } phase) writer.WriteString("phase"u8, phase);
                CitationJson.Write(writer, text);
                break;
            case TextReasoningContent reasoning:
                writer.WriteString("type"u8, "reasoning"u8);
                writer.WriteString("text"u8, reasoning.Text);
                if (reasoning.ProtectedData is { } sealedData) writer.WriteString("protected"u8, sealedData);
                break;
            case DataContent data:
                writer.WriteString("type"u8, "media"u8);
                writer.WriteString("url"u8, data.Uri);
                writer.WriteString("mediaType"u8, data.MediaType);
                if (data.Name is { } file) writer.WriteString("name"u8, file);
                break;
            case UriContent uri:
                writer.WriteString("type"u8, "media"u8);
                writer.WriteString("url"u8, uri.Uri.OriginalString);
                writer.WriteString("mediaType"u8, uri.MediaType);
                break;
            case HostedFileContent uploaded:
                writer.WriteString("type"u8, "media"u8);
                writer.WriteString("file"u8, uploaded.FileId);
                if (uploaded.MediaType is { } uploadedType) writer.WriteString("mediaType"u8, uploadedType);
                if (uploaded.Name is { } uploadedName) writer.WriteString("name"u8, uploadedName);
                break;
            case FunctionCallContent call:
                writer.WriteString("type"u8, "tool.call"u8);
                writer.WriteString("callId"u8, call.CallId);
                writer.WriteString("name"u8, call.Name);
                writer.WritePropertyName("arguments"u8);
                ToolValues.WriteArguments(writer, call);
                break;
            case FunctionResultContent result:
                writer.WriteString("type"u8, "tool.result"u8);
                writer.WriteString("callId"u8, result.CallId);
                writer.WritePropertyName(ToolValues.IsError(result) ? "error"u8 : "result"u8);
                ToolValues.Write(writer, result.Result);
                if (ToolParts.Of(result.Result) is not null) writer.WriteBoolean("parts"u8, true);
                break;
            case KeptPart kept:
                writer.WriteString("type"u8, kept.MediaType is null ? "text"u8 : "media"u8);
                writer.WriteString("hash"u8, kept.Hash);
                if (kept.MediaType is { } keptType) writer.WriteString("mediaType"u8, keptType);
                if (kept.Name is { } keptName) writer.WriteString("name"u8, keptName);
                writer.WriteNumber("size"u8, kept.Size);
                break;
            default:
                throw new NotSupportedException($"A part of type \"{part.GetType().Name}\" cannot be kept.");
        }
        if (MessageParts.DetailOf(part) is { } detail) writer.WriteString("detail"u8, detail);
        if (MessageParts.OriginOf(part) is { } origin) writer.WriteString("origin"u8, origin);
        if (MaskedText.MarksOf(part) is { } marks) Write(writer, marks);
        if (MessageParts.ResourceOf(part) is { } resource)
        {
            writer.WritePropertyName("resource"u8);
            JsonSerializer.Serialize(writer, resource, TurnpikeJson.Relaxed.PartResource);
        }
        writer.WriteEndObject();
    }

    public static AIContent Read(JsonElement part)
    {
        string Text(string name) => part.GetProperty(name).GetString()!;
        AIContent content = part.TryGetProperty("hash", out var hash) ? Kept(part, hash.GetString()!) : Text("type") switch
        {
            "text" => MessageParts.InPhase(part.TryGetProperty("phase", out var phase) ? phase.GetString() : null, new TextContent(Text("text")) { Annotations = CitationJson.Read(part) }),
            "reasoning" => new TextReasoningContent(Text("text")) { ProtectedData = part.TryGetProperty("protected", out var data) ? data.GetString() : null },
            "media" when part.TryGetProperty("file", out var id) && !part.TryGetProperty("url", out _) => Uploaded(part, id.GetString()!),
            "media" => Media(Text("url"), Text("mediaType"), part.TryGetProperty("name", out var name) ? name.GetString() : null),
            "tool.call" => ToolValues.Call(Text("callId"), Text("name"), part.GetProperty("arguments")),
            "tool.result" => part.TryGetProperty("error", out var error) ? ToolValues.Error(Text("callId"), error.GetString()!) : new FunctionResultContent(Text("callId"), part.TryGetProperty("parts", out var parts) && parts.ValueKind == JsonValueKind.True ? ToolParts.Read(part.GetProperty("result")) : part.GetProperty("result").Clone()),
            var other => throw new JsonException($"A message has no part of type \"{other}\"."),
        };
        if (part.TryGetProperty("detail", out var detail)) MessageParts.InDetail(detail.GetString(), content);
        if (part.TryGetProperty("masked", out var masked) && Marks(masked) is { Count: > 0 } marks) MaskedText.Marked(content, marks);
        if (part.TryGetProperty("resource", out var resource)) return MessageParts.From(KeptJson.Read(resource, TurnpikeJson.Relaxed.PartResource)!, content);
        return part.TryGetProperty("origin", out var origin) ? MessageParts.From(origin.GetString()!, content) : content;
    }

    /// <summary>Writes <c>masked: [[at, secret]]</c>.</summary>
    private static void Write(Utf8JsonWriter writer, IReadOnlyList<SecretMark> marks)
    {
        writer.WriteStartArray("masked"u8);
        foreach (var (at, secret) in marks)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(at);
            writer.WriteNumberValue(secret);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    private static List<SecretMark> Marks(JsonElement marks) => marks.ValueKind != JsonValueKind.Array ? []
        : [.. marks.EnumerateArray().Where(mark => mark.ValueKind == JsonValueKind.Array && mark.GetArrayLength() == 2 && mark[0].ValueKind == JsonValueKind.Number && mark[1].ValueKind == JsonValueKind.Number).Select(mark => new SecretMark(mark[0].TryGetInt32(out var at) ? at : -1, mark[1].TryGetInt32(out var secret) ? secret : -1))];

    private static KeptPart Kept(JsonElement part, string hash) => new(hash, part.TryGetProperty("mediaType", out var type) ? type.GetString() : null)
    {
        Name = part.TryGetProperty("name", out var name) ? name.GetString() : null,
        Size = part.TryGetProperty("size", out var size) ? size.GetInt64() : 0,
    };

    private static HostedFileContent Uploaded(JsonElement part, string id) => new(id)
    {
        MediaType = part.TryGetProperty("mediaType", out var type) ? type.GetString() : null,
        Name = part.TryGetProperty("name", out var name) ? name.GetString() : null,
    };

    private static AIContent Media(string url, string mediaType, string? name) =>
        url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? new DataContent(url, mediaType) { Name = name } : new UriContent(new Uri(url, url.Contains(SecretText.Mask, StringComparison.Ordinal) ? UriKind.RelativeOrAbsolute : UriKind.Absolute), mediaType);
}
