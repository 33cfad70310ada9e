using System.Globalization;
using System.Text.Json;
using Turnpike.Models;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Reads the answer of <c>GET models</c>, as leniently as servers write it.</summary>
internal static class ModelList
{
    private const int MaxModels = 5000;

    /// <summary>What OpenAI's own API takes; it refuses a request with more.</summary>
    private static readonly string[] OfficialParameters =
        ["temperature", "topP", "maxOutputTokens", "presencePenalty", "frequencyPenalty", "seed", "stop", "reasoningEffort", "verbosity", "responseFormat", "toolChoice", "parallelToolCalls", "maxSteps", "providerOptions", .. VendorMembers.Names];

    /// <summary>OpenAI lists models of all trades; these do not chat.</summary>
    private static readonly string[] OtherTrades = ["embedding", "tts", "whisper", "dall-e", "image", "moderation", "transcribe", "realtime", "sora", "davinci", "babbage"];

    /// <summary>The models sorted by id; null when the body is no list of models.</summary>
    public static IReadOnlyList<ModelInfo>? Read(ReadOnlyMemory<byte> body, OpenAICompatibleOptions server)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (Items(ForeignJson.Readable(json.RootElement)) is not { } items) return null;
            return [.. items.EnumerateArray().Take(MaxModels).Select(item => Model(item, server)).OfType<ModelInfo>()
                .DistinctBy(model => model.Id).OrderBy(model => model.Id, StringComparer.Ordinal)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The parameters that all models of a server take; null: unknown.</summary>
    public static IReadOnlyList<string>? Taken(OpenAICompatibleOptions server) => server.Parameters ?? (server.IsOfficial ? OfficialParameters : null);

    private static JsonElement? Items(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array) return json;
        if (json.ValueKind != JsonValueKind.Object) return null;
        if (json.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array) return data;
        return json.TryGetProperty("models", out var models) && models.ValueKind == JsonValueKind.Array ? models : null;
    }

    private static ModelInfo? Model(JsonElement item, OpenAICompatibleOptions server)
    {
        if (item.ValueKind != JsonValueKind.Object || (Text(item, "id") ?? Text(item, "name") ?? Text(item, "model")) is not { Length: > 0 } id || id.Contains('\uFFFD', StringComparison.Ordinal)) return null; // nobody could ask for a name that is mended
        if (server.IsOfficial && OtherTrades.Any(trade => id.Contains(trade, StringComparison.Ordinal))) return null;
        var takes = Texts(item, "supported_parameters");
        return new()
        {
            Id = $"{server.Name}/{id}",
            Provider = server.Name,
            DisplayName = Text(item, "display_name") ?? (Text(item, "name") is { } name && name != id ? name : null),
            ContextWindow = Number(item, "context_length") ?? Number(item, "context_window") ?? Number(item, "max_model_len")
                ?? Number(item, "max_context_length") ?? (item.TryGetProperty("meta", out var meta) ? Number(meta, "n_ctx") ?? Number(meta, "n_ctx_train") : null),
            Input = item.TryGetProperty("architecture", out var architecture) ? Texts(architecture, "input_modalities") : null,
            Tools = takes?.Contains("tools"),
            Parameters = Taken(server),
            Price = item.TryGetProperty("pricing", out var pricing) ? Price(pricing) : null,
        };
    }

    /// <summary>Prices as OpenRouter gives them: US dollars for one token, as strings.</summary>
    private static ModelPrice? Price(JsonElement pricing) =>
        Million(pricing, "prompt") is { } input && Million(pricing, "completion") is { } output ? new() { Input = input, Output = output, CachedInput = Million(pricing, "input_cache_read") } : null;

    /// <summary>What a million tokens cost; null: that is not told, or nothing costs so much.</summary>
    private static decimal? Million(JsonElement pricing, string name) => Decimal(pricing, name) is { } one and >= 0 and <= 1000 ? one * 1_000_000 : null;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number > 0 ? number : null;

    private static decimal? Decimal(JsonElement json, string name) =>
        decimal.TryParse(Text(json, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static List<string>? Texts(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : null;
}
