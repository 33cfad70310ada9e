using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Providers;

/// <summary>
/// What people know of models: <c>models.json</c> in the data folder, which they edit. An object of models by id, each <c>{displayName?, contextWindow?, input?, tools?, parameters?, ranges?: {name: {min?, max?}},
/// price?: {input, output, cachedInput?, currency?}}</c>, prices per million tokens. Member by member it wins over settings, and these over what providers say.
/// </summary>
public static class ModelsFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "models.json";

    private const decimal MostPrice = 1_000_000_000;
    private static readonly string[] Inputs = ["text", "image", "audio", "file"];
    private static readonly string[] Members = ["displayName", "contextWindow", "input", "tools", "parameters", "ranges", "price"];
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Adds what the file says to what is configured; without a file, nothing. Entries of the settings get their id and provider from their key.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="models">What is configured.</param>
    /// <exception cref="ValidationException">The file cannot be read, or a window, an input or a price does not fit; the message names the file or the settings, and the model at fault.</exception>
    public static void AddTo(string folder, IDictionary<string, ModelInfo> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        foreach (var (id, info) in models.ToArray()) models[id] = Unfit(info) is { } why ? throw new ValidationException($"Turnpike:Models:{id}: {why}") : info with { Id = id, Provider = ProviderOf(id) };
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path)) return;
        foreach (var (id, info) in Read(path)) models[id] = models.TryGetValue(id, out var set) ? info.Over(set) : info;
    }

    private static (string Id, ModelInfo Info)[] Read(string path)
    {
        JsonNode? file;
        try
        {
            file = JsonNode.Parse(File.ReadAllText(path), documentOptions: Lenient);
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ValidationException($"\"{path}\" cannot be read: {error.Message}", error);
        }
        var models = file as JsonObject ?? throw new ValidationException($"\"{path}\" must be an object of models by id, such as {{\"openai/gpt-5\": {{\"price\": {{\"input\": 1.25, \"output\": 10}}}}}}.");
        return models.Select(model => (model.Key, Read(path, model.Key, model.Value))).ToArray();
    }

    private static ModelInfo Read(string path, string id, JsonNode? said)
    {
        if (id.IndexOf('/', StringComparison.Ordinal) is <= 0) throw Fault(path, id, "the id of a model is \"provider/name\"");
        if (said is not JsonObject model) throw Fault(path, id, "it must be an object");
        if (model.FirstOrDefault(member => !Members.Contains(member.Key)).Key is { } unknown) throw Fault(path, id, $"there is no field \"{unknown}\" here.{Nearest.Hint(unknown, Members)}");
        var whole = (JsonObject)model.DeepClone();
        (whole["id"], whole["provider"]) = (id, ProviderOf(id));
        try
        {
            var info = whole.Deserialize(TurnpikeJson.Relaxed.ModelInfo)!;
            return Unfit(info) is { } why ? throw Fault(path, id, why) : info;
        }
        catch (JsonException error)
        {
            throw Fault(path, id, JsonWords.Of(error, TurnpikeJson.Relaxed.Options, error.Path?.TrimStart('$', '.') is { Length: > 0 } field ? field : null, whole: "it"));
        }
    }

    private static string? Unfit(ModelInfo info) =>
        info is { ContextWindow: <= 0 } or { Price: { Input: < 0 or > MostPrice } or { Output: < 0 or > MostPrice } or { CachedInput: < 0 or > MostPrice } } ? "its window must be above 0, and its prices, each for a million tokens, from 0 to 10^9"
        : info.Input?.FirstOrDefault(kind => !Inputs.Contains(kind)) is { } unknown ? $"\"{unknown}\" is nothing that a model reads; \"input\" lists {string.Join(", ", Inputs)}.{Nearest.Hint(unknown, Inputs)}"
        : info.Ranges?.Keys.FirstOrDefault(name => ParameterTable.Find(name)?.Name != name) is { } odd ? $"\"ranges\" names no parameter \"{odd}\".{Nearest.Hint(odd, ParameterTable.All.Select(parameter => parameter.Name))}"
        : null;

    private static string ProviderOf(string id) => id.Split('/')[0];

    private static ValidationException Fault(string path, string id, string why) => new($"\"{path}\", model \"{id}\": {why}");
}
