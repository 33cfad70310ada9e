using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Puts the bytes of media into the items that are shown. Until then an item says where they are kept: most items of a long list are never shown.</summary>
internal sealed class ItemMedia(KeptParts kept)
{
    private const string Mark = "turnpike.kept";
    private static readonly string[] Lists = ["content", "content_parts"];

    /// <summary>A part of an item whose bytes are kept apart.</summary>
    /// <param name="type">The part's type: <c>input_image, input_file</c> or <c>image_url</c>.</param>
    /// <param name="part">Where its bytes are.</param>
    public static JsonObject Part(string type, KeptPart part) => new() { ["type"] = type, [Mark] = new JsonObject { ["hash"] = part.Hash, ["mediaType"] = part.MediaType ?? "text/plain" } };

    /// <summary>The item with all bytes in it.</summary>
    public async ValueTask<JsonElement> FillAsync(JsonElement item, CancellationToken cancellationToken)
    {
        if (!Lists.Any(list => item.Member(list) is { ValueKind: JsonValueKind.Array } parts && parts.EnumerateArray().Any(part => part.Member(Mark) is not null))) return item;
        var whole = JsonObject.Create(item)!;
        foreach (var list in Lists)
        {
            foreach (var part in (whole[list] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (part[Mark] is JsonObject place) await FillAsync(part, place, cancellationToken);
            }
        }
        return JsonSerializer.SerializeToElement(whole, TurnpikeJson.Relaxed.JsonObject);
    }

    private async ValueTask FillAsync(JsonObject part, JsonObject place, CancellationToken cancellationToken)
    {
        var at = part.IndexOf(Mark);
        part.RemoveAt(at);
        var bytes = await kept.BytesAsync((string)place["hash"]!, cancellationToken) ?? [];
        var url = $"data:{(string)place["mediaType"]!};base64,{Convert.ToBase64String(bytes)}";
        switch ((string)part["type"]!)
        {
            case "input_image": part.Insert(at, "image_url", url); break;
            case "image_url": part.Insert(at, "image_url", new JsonObject { ["url"] = url }); break;
            default: part.Insert(at, "file_data", url); break;
        }
    }
}
