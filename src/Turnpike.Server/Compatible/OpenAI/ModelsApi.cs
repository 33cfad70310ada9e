using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>
/// What can stand in <c>model</c> for this key: the models and aliases of all providers, and each prompt as <c>prompt/key</c> and <c>prompt/key@label</c>. Prompts are for keys
/// that may submit turns or read prompts, those of their list if they have one.
/// </summary>
internal static class ModelsApi
{
    private const int PageSize = 200;

    public static void MapModels(this WebApplication app)
    {
        var models = app.MapGroup("/v1/models").RequireKey().ExcludeFromDescription();
        models.MapGet("", ListAsync);
        models.MapGet("{**id}", GetAsync);
        models.MapDelete("{**id}", (string id) => { throw new TurnException(TurnErrorCode.Forbidden, $"Model \"{id}\" cannot be deleted: providers own their models, and prompts are archived at /api/prompts."); });
    }

    private static async Task ListAsync(HttpContext http, ModelCatalog catalog, IPromptStore prompts, IOptions<FaceOptions> options)
    {
        var models = await catalog.ListAsync(null, http.RequestAborted);
        var listed = options.Value.For(http).ListPrompts && MaySeePrompts(http) ? await PromptsAsync(prompts, http.RequestAborted) : [];
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var model in models) Write(writer, model.Id, model.Provider);
            foreach (var (alias, id) in catalog.Aliases.Where(alias => KeyScope.AllowsModel(alias.Value))) Write(writer, alias, id[..Math.Max(0, id.IndexOf('/', StringComparison.Ordinal))] is { Length: > 0 } provider ? provider : "turnpike");
            foreach (var (id, prompt) in listed) Write(writer, id, "turnpike", prompt);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task GetAsync(HttpContext http, string id, ModelCatalog catalog, IPromptStore prompts)
    {
        if (id.StartsWith(PromptNames.Prefix, StringComparison.Ordinal))
        {
            var reference = PromptReference.Parse(id[PromptNames.Prefix.Length..]);
            var prompt = (MaySeePrompts(http) ? await prompts.FindAsync(reference.Id!, reference.Version, http.RequestAborted) : null) ?? throw Unknown(id);
            if (!KeyScope.AllowsPrompt(prompt.Key)) throw Unknown(id);
            await Answer.WriteAsync(http, writer => Write(writer, id, "turnpike", prompt));
            return;
        }
        var model = await ChooseAsync(catalog, id, http.RequestAborted);
        await Answer.WriteAsync(http, writer => Write(writer, id, model.Info?.Provider ?? model.Id[..model.Id.IndexOf('/', StringComparison.Ordinal)]));
    }

    /// <summary>The model that a request of this key could name; one that it may not use does not exist for it.</summary>
    private static async ValueTask<ChosenModel> ChooseAsync(ModelCatalog catalog, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.ChooseAsync(name, cancellationToken);
        }
        catch (TurnException error) when (error.Code == TurnErrorCode.Forbidden)
        {
            throw new TurnException(TurnErrorCode.ModelUnknown, $"There is no model \"{name}\" for this key. GET /v1/models lists those that there are.", error) { Field = "model" };
        }
    }

    private static async Task<List<(string Id, Prompt Prompt)>> PromptsAsync(IPromptStore prompts, CancellationToken cancellationToken)
    {
        var listed = new List<(string, Prompt)>();
        var labels = (await prompts.AllLabelsAsync(cancellationToken)).ToLookup(label => label.Key, StringComparer.Ordinal); // a label may stand at any version
        for (string? after = null; ;)
        {
            var page = await prompts.ListAsync(new() { After = after, Limit = PageSize }, cancellationToken);
            foreach (var prompt in page.Data.Where(prompt => KeyScope.AllowsPrompt(prompt.Key)))
            {
                listed.Add((PromptNames.Prefix + prompt.Key, prompt));
                foreach (var label in labels[prompt.Key].Where(label => prompt.ImportedFrom is null || ForeignVersions.NumberOf(label.Label) is null).OrderByDescending(label => label.Version)) listed.Add(($"{PromptNames.Prefix}{prompt.Key}@{label.Label}", prompt with { CreatedAt = label.CreatedAt }));
            }
            if (page.Next is null) return listed;
            after = page.Next;
        }
    }

    private static bool MaySeePrompts(HttpContext http) => Visitor.Of(http) is var visitor && (visitor.May(Scopes.Turns) || visitor.May(Scopes.PromptsRead));

    private static void Write(Utf8JsonWriter writer, string id, string owner, Prompt? prompt = null)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, "model"u8);
        writer.WriteNumber("created"u8, prompt?.CreatedAt?.ToUnixTimeSeconds() ?? 0);
        writer.WriteString("owned_by"u8, owner);
        if (prompt is not null)
        {
            writer.WriteString("name"u8, prompt.Title ?? prompt.Key);
            if (prompt.Description is { } description) writer.WriteString("description"u8, description);
        }
        writer.WriteEndObject();
    }

    private static TurnException Unknown(string name) => new(TurnErrorCode.ModelUnknown, $"There is no model \"{name}\": no such prompt, version or label.") { Field = "model" };
}
