using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Json;

/// <summary>The sources of a text in our own JSON: <c>citations: [{url, title?, start?, end?}]</c>.</summary>
internal static class CitationJson
{
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

    private static CitationAnnotation? Citation(JsonElement one) => Text(one, "url") is { } url && Uri.TryCreate(url, UriKind.RelativeOrAbsolute, out var address)
        ? new()
        {
            Url = address,
            Title = Text(one, "title"),
            AnnotatedRegions = Place(one, "start") is { } start && Place(one, "end") is { } end ? [new TextSpanAnnotatedRegion { StartIndex = start, EndIndex = end }] : null,
        }
        : null;

    private static string? Text(JsonElement one, string name) => one.ValueKind == JsonValueKind.Object && one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Place(JsonElement one, string name) => one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var place) ? place : null;
}
