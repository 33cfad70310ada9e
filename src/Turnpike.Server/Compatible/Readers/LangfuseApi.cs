using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Compatible.Readers;

/// <summary>Prompts for Langfuse's clients, which read only and fill placeholders in by themselves.</summary>
internal static class LangfuseApi
{
    private const int MostPrompts = 200;
    private const string Latest = "latest";
    private const string Origin = "langfuse:";

    public static void MapLangfuse(this WebApplication app)
    {
        var prompts = app.MapGroup("/api/public/v2/prompts").RequireScope(Scopes.PromptsRead, Scopes.PromptsRead).ExcludeFromDescription();
        prompts.MapGet("", ListAsync);
        prompts.MapGet("{**name}", GetAsync);
    }

    private static async Task GetAsync(HttpContext http, string name, IPromptStore store)
    {
        var version = Query.Text(http, "version") ?? Query.Text(http, "label");
        var id = await IdAsync(store, name, http.RequestAborted);
        var prompt = await ForeignVersions.FindAsync(store, id, version, http.RequestAborted) ?? throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no prompt \"{name}\"{(version is null ? "" : $" with version or label \"{version}\"")}.") { Field = "name" };
        var messages = PromptPlaceholders.Messages(prompt, out var more) ?? throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{name}\" uses \"{more}\", which clients that only replace {{{{name}}}} cannot render. Run it through another face, or rewrite it without.") { Narrower = "unsupported_template", Field = "name" };
        var isNewest = (await store.FindAsync(id, Latest, http.RequestAborted))?.Version == prompt.Version;
        var numbers = await ForeignVersions.OfAsync(store, id, http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, name);
            writer.WriteNumber("version"u8, (numbers is null ? prompt.Version : numbers.Theirs(prompt.Version ?? 0)) ?? 0);
            writer.WriteString("type"u8, "chat"u8);
            writer.WriteStartArray("prompt"u8);
            foreach (var (role, text) in messages)
            {
                writer.WriteStartObject();
                if (role is "history" or PromptPlaceholders.Placeholder)
                {
                    writer.WriteString("type"u8, PromptPlaceholders.Placeholder);
                    writer.WriteString("name"u8, role == "history" ? role : text);
                }
                else
                {
                    writer.WriteString("role"u8, role);
                    writer.WriteString("content"u8, text);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            LangfuseConfig.Write(writer, "config"u8, prompt);
            var labels = Shown(prompt.Labels, numbers);
            WriteTexts(writer, "labels"u8, isNewest ? [.. labels.Append(Latest).Distinct()] : labels);
            WriteTexts(writer, "tags"u8, prompt.Tags);
            writer.WriteString("commitMessage"u8, prompt.Note);
            writer.WriteNull("resolutionGraph"u8);
            writer.WriteEndObject();
        });
    }

    private static async Task ListAsync(HttpContext http, IPromptStore store)
    {
        var (page, limit) = (Query.Number(http, "page", 1, 1, int.MaxValue), Query.Number(http, "limit", 50, 1, 100));
        var (name, label, tag) = (Query.Text(http, "name"), Query.Text(http, "label"), Query.Sought(http, "tag"));
        var key = name is null ? null : (await store.LocateAsync(await IdAsync(store, name, http.RequestAborted), Latest, http.RequestAborted))?.Key ?? name;
        var all = new List<Prompt>();
        for (string? after = null; ;)
        {
            var rows = await store.ListAsync(new() { Tag = tag, After = after, Limit = MostPrompts }, http.RequestAborted);
            foreach (var prompt in rows.Data.Where(prompt => key is null || prompt.Key == key))
            {
                if (label is null or Latest || (await store.VersionsAsync(prompt.Key, http.RequestAborted)).Any(version => version.Labels.Contains(label))) all.Add(prompt);
            }
            if ((after = rows.Next) is null) break;
        }
        var shown = new List<(Prompt Prompt, IReadOnlyList<PromptVersion> Versions, ForeignVersions? Numbers, string Name)>(limit);
        foreach (var prompt in all.Skip((int)Math.Min((page - 1L) * limit, all.Count)).Take(limit))
        {
            var their = prompt.ImportedFrom is { } from && from.StartsWith(Origin, StringComparison.Ordinal) && (await store.LocateAsync(from, Latest, http.RequestAborted))?.Key == prompt.Key ? from : null;
            var numbers = their is null ? null : await ForeignVersions.OfAsync(store, their, http.RequestAborted);
            shown.Add((await store.FindAsync(prompt.Key, Latest, http.RequestAborted) ?? prompt, await store.VersionsAsync(prompt.Key, http.RequestAborted), numbers, their?[Origin.Length..] ?? prompt.Key));
        }
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data"u8);
            foreach (var (prompt, versions, numbers, called) in shown)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, called);
                writer.WriteString("type"u8, "chat"u8);
                writer.WriteStartArray("versions"u8);
                foreach (var version in numbers?.Numbers ?? [.. versions.Select(version => version.Version).Order()]) writer.WriteNumberValue(version);
                writer.WriteEndArray();
                WriteTexts(writer, "labels"u8, [.. Shown(versions.SelectMany(version => version.Labels), numbers).Append(Latest).Distinct()]);
                WriteTexts(writer, "tags"u8, prompt.Tags);
                writer.WriteString("lastUpdatedAt"u8, (prompt.CreatedAt ?? BuiltInPrompts.WrittenAt).UtcDateTime);
                LangfuseConfig.Write(writer, "lastConfig"u8, prompt);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteStartObject("meta"u8);
            writer.WriteNumber("page"u8, page);
            writer.WriteNumber("limit"u8, limit);
            writer.WriteNumber("totalItems"u8, all.Count);
            writer.WriteNumber("totalPages"u8, (all.Count + limit - 1) / limit);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    /// <summary>What finds the prompt that a client calls by a name: one that was imported under it comes before one that has it as its key.</summary>
    private static async Task<string> IdAsync(IPromptStore store, string name, CancellationToken cancellationToken) =>
        await store.LocateAsync(Origin + name, Latest, cancellationToken) is null ? name : Origin + name;

    /// <summary>The labels without those that keep numbers.</summary>
    private static IReadOnlyList<string> Shown(IEnumerable<string> labels, ForeignVersions? numbers) => [.. labels.Where(label => numbers is null || ForeignVersions.NumberOf(label) is null)];

    internal static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
