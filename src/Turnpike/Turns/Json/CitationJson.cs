using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Events;

namespace Turnpike.Turns.Json;

/// <summary>The sources of a text in our own JSON: <c>citations: [{url, title?, start?, end?}]</c>.</summary>
internal static class CitationJson
{
    /// <summary>A source as the chat client's types have it; null when its address is none.</summary>
    public static CitationAnnotation? Of(TextCitation citation) => Of(citation.Url, citation.Title, citation.Start, citation.End > 0 ? citation.End : null);

    /// <summary>Writes the member when the text has sources.</summary>
    public static void Write(Utf8JsonWriter writer, TextContent text)
    {
        if (text.Annotations is not { Count: > 0 } annotations) return;
        CitationAnnotation[] citations = [.. annotations.OfType<CitationAnnotation>().Where(citation => citation.Url is not null)];
        if (citations.Length == 0) return;
        writer.WriteStartArray("citations"u8);
        foreach (var citation in citations)
        {
            writer.WriteStartObject();
            writer.WriteString("url"u8, citation.Url!.OriginalString);
            if (citation.Title is { } title) writer.WriteString("title"u8, title);
            if (citation.AnnotatedRegions?.OfType<TextSpanAnnotatedRegion>().FirstOrDefault() is { StartIndex: { } start, EndIndex: { } end })
            {
                writer.WriteNumber("start"u8, start);
                writer.WriteNumber("end"u8, end);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>The sources of a text part; null when it has none.</summary>
    public static List<AIAnnotation>? Read(JsonElement part) =>
        part.TryGetProperty("citations", out var citations) && citations.ValueKind == JsonValueKind.Array ? [.. citations.EnumerateArray().Select(Citation).OfType<CitationAnnotation>()] : null;

    private static CitationAnnotation? Citation(JsonElement one) => Of(Text(one, "url"), Text(one, "title"), Place(one, "start") ?? 0, Place(one, "end"));

    private static CitationAnnotation? Of(string? url, string? title, int start, int? end) => url is not null && Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out var address)
        ? new() { Url = address, Title = title, AnnotatedRegions = end is not null ? [new TextSpanAnnotatedRegion { StartIndex = start, EndIndex = end }] : null }
        : null;

    private static string? Text(JsonElement one, string name) => one.ValueKind == JsonValueKind.Object && one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Place(JsonElement one, string name) => one.ValueKind == JsonValueKind.Object && one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var place) ? place : null;
}
