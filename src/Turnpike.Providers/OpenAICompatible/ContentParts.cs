using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>The rarer shapes of an answer's content: an array of parts, and citations.</summary>
internal static class ContentParts
{
    /// <summary>Text and thinking of <c>content: [{type: "text", text}, {type: "thinking", thinking: [{text}]}]</c>; other parts are passed over.</summary>
    public static List<AIContent> Read(ref Utf8JsonReader reader)
    {
        var contents = new List<AIContent>();
        var json = ForeignJson.Readable(JsonElement.ParseValue(ref reader));
        if (json.ValueKind != JsonValueKind.Array) return contents;
        foreach (var part in json.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object))
        {
            if (Text(part, "text") is { Length: > 0 } text) contents.Add(new TextContent(text));
            else if (Text(part, "thinking") is { Length: > 0 } thought) contents.Add(new TextReasoningContent(thought));
        }
        return contents;
    }

    /// <summary>The web pages that an answer refers to: <c>[{type: "url_citation", url_citation: {url, title, start_index, end_index}}]</c>.</summary>
    public static List<AIAnnotation> ReadCitations(ref Utf8JsonReader reader)
    {
        var citations = new List<AIAnnotation>();
        var json = ForeignJson.Readable(JsonElement.ParseValue(ref reader));
        if (json.ValueKind != JsonValueKind.Array) return citations;
        foreach (var item in json.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
        {
            var citation = item.TryGetProperty("url_citation", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : item;
            if (Uri.TryCreate(Text(citation, "url"), UriKind.Absolute, out var url)) citations.Add(new CitationAnnotation { Url = url, Title = Text(citation, "title"), AnnotatedRegions = Region(citation) });
        }
        return citations;
    }

    /// <summary>Where in the answer a citation stands; null when the server does not say.</summary>
    private static List<AnnotatedRegion>? Region(JsonElement citation) => Place(citation, "end_index") is { } end and > 0 ? [new TextSpanAnnotatedRegion { StartIndex = Place(citation, "start_index") ?? 0, EndIndex = end }] : null;

    private static int? Place(JsonElement citation, string name) => citation.TryGetProperty(name, out var place) && place.ValueKind == JsonValueKind.Number && place.TryGetInt32(out var number) ? number : null;

    private static string? Text(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => string.Concat(value.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.Object ? Text(part, "text") : null)),
        _ => null,
    };
}
