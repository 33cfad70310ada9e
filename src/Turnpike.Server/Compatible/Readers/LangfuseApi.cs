using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Readers;

/// <summary>Prompts for Langfuse's clients, which read only and fill placeholders in by themselves.</summary>
internal static class LangfuseApi
{
    private const int MostPrompts = 200;
    private const string Latest = "latest";

    public static void MapLangfuse(this WebApplication app)
    {
        var prompts = app.MapGroup("/api/public/v2/prompts").RequireScope(Scopes.PromptsRead, Scopes.PromptsRead).ExcludeFromDescription();
        prompts.MapGet("", ListAsync);
        prompts.MapGet("{**name}", GetAsync);
    }

    private static async Task GetAsync(HttpContext http, string name, IPromptStore store)
    {
        var version = Query.Text(http, "version") ?? Query.Text(http, "label");
        var prompt = await store.FindAsync(name, version, http.RequestAborted) ?? throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no prompt \"{name}\"{(version is null ? "" : $" with version or label \"{version}\"")}.") { Field = "name" };
        var messages = PromptPlaceholders.Messages(prompt, out var more) ?? throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{name}\" uses \"{more}\", which clients that only replace {{{{name}}}} cannot render. Run it through another face, or rewrite it without.") { Narrower = "unsupported_template", Field = "name" };
        var isNewest = (await store.FindAsync(name, Latest, http.RequestAborted))?.Version == prompt.Version;
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, prompt.Key);
            writer.WriteNumber("version"u8, prompt.Version ?? 0);
            writer.WriteString("type"u8, "chat"u8);
            writer.WriteStartArray("prompt"u8);
            foreach (var (role, text) in messages)
            {
                writer.WriteStartObject();
                if (role == "history")
                {
                    writer.WriteString("type"u8, "placeholder"u8);
                    writer.WriteString("name"u8, "history"u8);
                }
                else
                {
                    writer.WriteString("role"u8, role);
                    writer.WriteString("content"u8, text);
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            WriteConfig(writer, "config"u8, prompt);
            WriteTexts(writer, "labels"u8, isNewest ? [.. prompt.Labels.Append(Latest).Distinct()] : prompt.Labels);
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
        var all = new List<Prompt>();
        for (string? after = null; ;)
        {
            var rows = await store.ListAsync(new() { Tag = tag, After = after, Limit = MostPrompts }, http.RequestAborted);
            foreach (var prompt in rows.Data.Where(prompt => name is null || prompt.Key == name))
            {
                if (label is null or Latest || (await store.VersionsAsync(prompt.Key, http.RequestAborted)).Any(version => version.Labels.Contains(label))) all.Add(prompt);
            }
            if ((after = rows.Next) is null) break;
        }
        var shown = new List<(Prompt Prompt, IReadOnlyList<PromptVersion> Versions)>(limit);
        foreach (var prompt in all.Skip((page - 1) * limit).Take(limit)) shown.Add((await store.FindAsync(prompt.Key, Latest, http.RequestAborted) ?? prompt, await store.VersionsAsync(prompt.Key, http.RequestAborted)));
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data"u8);
            foreach (var (prompt, versions) in shown)
            {
                writer.WriteStartObject();
                writer.WriteString("name"u8, prompt.Key);
                writer.WriteString("type"u8, "chat"u8);
                writer.WriteStartArray("versions"u8);
                foreach (var version in versions.Select(version => version.Version).Order()) writer.WriteNumberValue(version);
                writer.WriteEndArray();
                WriteTexts(writer, "labels"u8, [.. versions.SelectMany(version => version.Labels).Append(Latest).Distinct()]);
                WriteTexts(writer, "tags"u8, prompt.Tags);
                writer.WriteString("lastUpdatedAt"u8, (prompt.CreatedAt ?? BuiltInPrompts.WrittenAt).UtcDateTime);
                WriteConfig(writer, "lastConfig"u8, prompt);
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

    private static void WriteConfig(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Prompt prompt)
    {
        writer.WriteStartObject(name);
        if (prompt.Model is { } model) writer.WriteString("model"u8, model);
        if (prompt.Parameters is { } parameters)
        {
            foreach (var member in JsonSerializer.SerializeToElement(parameters, TurnpikeJson.Relaxed.TurnParameters).EnumerateObject()) member.WriteTo(writer);
        }
        if (prompt.Tools.Count > 0) WriteTexts(writer, "tools"u8, prompt.Tools);
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
