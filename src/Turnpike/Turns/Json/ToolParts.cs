using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Turns.Json;

/// <summary>
/// What a tool gave back when it is more than text: texts and media, in order. As JSON it is a list of message parts, and whoever holds the JSON is told so apart from it:
/// a tool whose own JSON looks the same stays a tool with JSON.
/// </summary>
internal static class ToolParts
{
    /// <summary>The parts of a result; null when it is text or JSON.</summary>
    public static IReadOnlyList<AIContent>? Of(object? result) => result switch
    {
        IReadOnlyList<AIContent> parts => parts,
        IEnumerable<AIContent> parts => [.. parts],
        AIContent one => [one],
        _ => null,
    };

    /// <summary>The parts as text and media alone, which can be kept; what else there is, as JSON.</summary>
    public static AIContent[] Kept(IReadOnlyList<AIContent> parts) => [.. parts.Select(part => part switch
    {
        TextContent text => new TextContent(text.Text),
        DataContent or UriContent => part,
        ErrorContent error => new TextContent($"Error: {error.Message}"),
        _ => new TextContent(JsonSerializer.Serialize(part, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(AIContent)))),
    })];

    /// <summary>Writes the parts as a list.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<AIContent> parts)
    {
        writer.WriteStartArray();
        foreach (var part in Kept(parts)) MessagePartJson.Write(writer, part);
        writer.WriteEndArray();
    }

    /// <summary>Whether two lists would be kept alike.</summary>
    public static bool AreSame(IReadOnlyList<AIContent>? one, IReadOnlyList<AIContent>? other)
    {
        return one is null || other is null ? one is null && other is null : Written(one).SequenceEqual(Written(other));

        static ReadOnlySpan<byte> Written(IReadOnlyList<AIContent> parts)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer)) Write(writer, parts);
            return buffer.WrittenSpan;
        }
    }

    /// <summary>Reads what was written.</summary>
    public static IReadOnlyList<AIContent> Read(JsonElement parts) => [.. parts.EnumerateArray().Select(MessagePartJson.Read)];

    /// <summary>The parts as text: media as a note of what they are.</summary>
    public static string Text(IReadOnlyList<AIContent> parts) => string.Join('\n', parts.Select(part => part is TextContent text ? text.Text : $"[{TypeOf(part)}]"));

    /// <summary>A message whose results hold what a model reads: media that it is known not to read become a note, for a turn must not end because a tool answered with a picture.</summary>
    public static ChatMessage Readable(ChatMessage message, ModelInfo? model)
    {
        if (model?.Input is not { } input || message.Role != ChatRole.Tool || !message.Contents.OfType<FunctionResultContent>().Any(result => Of(result.Result) is not null)) return message;
        return new(message.Role, [.. message.Contents.Select(part => part is FunctionResultContent result && Of(result.Result) is { } parts
            ? new FunctionResultContent(result.CallId, parts.Select(one => Reads(input, one) ? one : new TextContent($"[{TypeOf(one)}: left out, \"{model.Id}\" does not read it]")).ToArray()) { AdditionalProperties = result.AdditionalProperties }
            : part)]);
    }

    /// <summary>The media type of the first part of messages, results of tools aside, that a model is known not to read; null: it reads them all.</summary>
    public static string? Unread(IEnumerable<ChatMessage> messages, ModelInfo? model) =>
        model?.Input is not { } input ? null : messages.SelectMany(message => message.Contents).Where(part => !Reads(input, part)).Select(TypeOf).FirstOrDefault();

    /// <summary>The tokens of a result, estimated.</summary>
    public static long Tokens(object? result) => Of(result) is { } parts ? parts.Sum(part => part is TextContent text ? TokenEstimate.Of(text.Text) : TokenEstimate.Media) : TokenEstimate.Of(result?.ToString() ?? "");

    /// <summary>What a model must read to read media of a type.</summary>
    public static string KindOf(string mediaType) =>
        mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? "image" : mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? "audio" : "file";

    private static bool Reads(IReadOnlyList<string> input, AIContent part) => TypeOf(part) is not { } type || input.Contains(KindOf(type));

    private static string? TypeOf(AIContent part) => part switch { DataContent data => data.MediaType, UriContent uri => uri.MediaType, _ => null };
}
