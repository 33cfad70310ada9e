using System.Text.Json;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Anthropic;

/// <summary>
/// Reads a page of the list of models: <c>{data: [{id, display_name, max_input_tokens, capabilities}], has_more, last_id}</c>. Servers that speak the messages API without being Anthropic list their
/// models as OpenAI does, <c>{data: [{id}]}</c>.
/// </summary>
internal static class AnthropicModels
{
    /// <summary>What a page says, and the model that the next one begins behind, if there is one; null when it is no list of models.</summary>
    /// <param name="body">The page.</param>
    /// <param name="like">What is known of all models of the provider.</param>
    public static (IReadOnlyList<ModelInfo> Models, string? Next)? Read(ReadOnlySpan<byte> body, ModelInfo like)
    {
        if (ForeignJson.Parse(body) is not { ValueKind: JsonValueKind.Object } page || Member(page, "data") is not { ValueKind: JsonValueKind.Array } data) return null;
        return ([.. data.EnumerateArray().Select(item => Model(item, like)).OfType<ModelInfo>()], Member(page, "has_more") is { ValueKind: JsonValueKind.True } ? Text(page, "last_id") : null);
    }

    private static ModelInfo? Model(JsonElement item, ModelInfo like) => Text(item, "id") is not { } id || id.Contains('\uFFFD', StringComparison.Ordinal) ? null : like with // nobody could ask for a name that is mended
    {
        Id = $"{like.Provider}/{id}",
        DisplayName = Text(item, "display_name") ?? Text(item, "name"),
        ContextWindow = Member(item, "max_input_tokens") is { ValueKind: JsonValueKind.Number } window && window.TryGetInt32(out var tokens) && tokens > 0 ? tokens : null,
        Input = Member(item, "capabilities") is { ValueKind: JsonValueKind.Object } can ? [.. (string[])["text"], .. (string[])(Has(can, "image_input") ? ["image"] : []), .. (string[])(Has(can, "pdf_input") ? ["file"] : [])] : null,
    };

    private static bool Has(JsonElement capabilities, string name) => Member(capabilities, name) is { } one && Member(one, "supported") is { ValueKind: JsonValueKind.True };

    private static string? Text(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    private static JsonElement? Member(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;
}
