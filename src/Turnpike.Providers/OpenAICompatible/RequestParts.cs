using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Writes the <c>content</c> of a message: a string when it is one text, else an array of parts.</summary>
internal static class RequestParts
{
    /// <summary>Whether a content is something the model is told; accounts of earlier answers (usage, errors) are not.</summary>
    public static bool IsSent(AIContent content, bool reasoning) => content switch
    {
        TextReasoningContent => reasoning,
        UsageContent or ErrorContent or ToolApprovalRequestContent or ToolApprovalResponseContent => false,
        _ => true,
    };

    /// <summary>What an assistant's content is as text; media, which assistants may not send, are named.</summary>
    public static string Spoken(AIContent content) => content switch
    {
        TextContent text => text.Text,
        DataContent data => $"[{data.MediaType}]",
        UriContent uri => $"[{uri.MediaType}: {uri.Uri}]",
        HostedFileContent file => $"[file {file.Name ?? file.FileId}]",
        _ => "",
    };

    public static void Write(Utf8JsonWriter json, IReadOnlyList<AIContent> contents)
    {
        if (contents is [] or [TextContent])
        {
            json.WriteString("content"u8, contents is [TextContent only] ? only.Text : "");
            return;
        }
        json.WriteStartArray("content"u8);
        foreach (var content in contents) WritePart(json, content);
        json.WriteEndArray();
    }

    private static void WritePart(Utf8JsonWriter json, AIContent content)
    {
        json.WriteStartObject();
        switch (content)
        {
            case TextContent text:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text.Text);
                break;
            case DataContent data when data.HasTopLevelMediaType("image"):
                WriteUrl(json, "image_url", data.Uri, data);
                break;
            case UriContent uri when uri.HasTopLevelMediaType("image"):
                WriteUrl(json, "image_url", uri.Uri.AbsoluteUri, uri);
                break;
            case DataContent data when data.HasTopLevelMediaType("video"):
                WriteUrl(json, "video_url", data.Uri, data);
                break;
            case UriContent uri when uri.HasTopLevelMediaType("video"):
                WriteUrl(json, "video_url", uri.Uri.AbsoluteUri, uri);
                break;
            case DataContent data when data.HasTopLevelMediaType("audio"):
                Start(json, "input_audio");
                json.WriteBase64String("data"u8, data.Data.Span);
                json.WriteString("format"u8, AudioFormat(data.MediaType));
                json.WriteEndObject();
                break;
            case DataContent data:
                Start(json, "file");
                json.WriteString("filename"u8, data.Name ?? "file");
                json.WriteString("file_data"u8, data.Uri);
                json.WriteEndObject();
                break;
            case UriContent uri:
                Start(json, "file");
                json.WriteString("filename"u8, Path.GetFileName(uri.Uri.AbsolutePath) is { Length: > 0 } name ? name : "file");
                json.WriteString("file_data"u8, uri.Uri.AbsoluteUri);
                json.WriteEndObject();
                break;
            case HostedFileContent file:
                Start(json, "file");
                json.WriteString("file_id"u8, file.FileId);
                json.WriteEndObject();
                break;
            default:
                throw new TurnException(TurnErrorCode.ResourceUnsupported,
                    $"Content of the kind \"{content.GetType().Name}\" does not exist in the chat completions protocol. Send it as text, image, audio or file.");
        }
        json.WriteEndObject();
    }

    private static void Start(Utf8JsonWriter json, string type)
    {
        json.WriteString("type"u8, type);
        json.WriteStartObject(type);
    }

    private static void WriteUrl(Utf8JsonWriter json, string type, string url, AIContent content)
    {
        Start(json, type);
        json.WriteString("url"u8, url);
        if (content.AdditionalProperties?.TryGetValue("detail", out var detail) is true && detail?.ToString() is { } text) json.WriteString("detail"u8, text);
        json.WriteEndObject();
    }

    private static string AudioFormat(string mediaType) => mediaType[(mediaType.IndexOf('/') + 1)..].Split(';')[0] switch
    {
        "mpeg" or "mp3" => "mp3",
        "wav" or "x-wav" or "wave" or "vnd.wave" => "wav",
        var other => other.StartsWith("x-", StringComparison.Ordinal) ? other[2..] : other,
    };
}
