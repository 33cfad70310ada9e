using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Testing;
using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Prompts in the simple create-read-update shape: the text of one system message and the names of its variables.</summary>
internal static class PromptFacadeApi
{
    private const string Default = "production";
    private const string Newest = "latest";
    private const int Longest = 200;

    public static void MapPromptFacade(this WebApplication app)
    {
        var prompts = app.MapGroup("/v1/prompts").RequireScope(Scopes.PromptsRead, Scopes.PromptsWrite).ExcludeFromDescription();
        prompts.MapGet("", ListAsync);
        prompts.MapPost("", CreateAsync).WithMetadata(new AuditedAs("createPrompt"));
        prompts.MapGet("{id}", GetAsync);
        prompts.MapPut("{id}", UpdateAsync).WithMetadata(new AuditedAs("savePrompt"));
        prompts.MapDelete("{id}", ArchiveAsync).WithMetadata(new AuditedAs("archivePrompt"));
        prompts.MapGet("{id}/versions", VersionsAsync);
        prompts.MapPut("{id}/set-default-version", DefaultAsync).WithMetadata(new AuditedAs("labelPrompt"));
    }

    private static async Task ListAsync(HttpContext http, IPromptStore store)
    {
        var page = await PageAsync(store, Query.Text(http, "after"), Query.Number(http, "limit", 50, 1, Longest), http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var prompt in page.Data) Write(writer, prompt, isDefault: true);
            writer.WriteEndArray();
            writer.WriteBoolean("has_more"u8, page.Next is not null);
            writer.WriteString("next"u8, page.Next);
            writer.WriteEndObject();
        });
    }

    /// <summary>A page behind a cursor of ours, or behind the prompt that is named by its id or key.</summary>
    private static async Task<Page<Prompt>> PageAsync(IPromptStore store, string? after, int limit, CancellationToken cancellationToken)
    {
        if (after is null || await store.FindAsync(after, Newest, cancellationToken) is not { } last) return await store.ListAsync(new() { After = after, Limit = limit }, cancellationToken);
        var rows = new List<Prompt>(limit + 1);
        var isBehind = false;
        for (string? next = null; rows.Count <= limit;)
        {
            var page = await store.ListAsync(new() { After = next, Limit = Longest }, cancellationToken);
            rows.AddRange(isBehind ? page.Data : page.Data.SkipWhile(prompt => prompt.Key != last.Key).Skip(1));
            isBehind = isBehind || page.Data.Any(prompt => prompt.Key == last.Key);
            if ((next = page.Next) is null) break;
        }
        if (!isBehind) throw Given.Invalid("after", $"\"after\" is \"{after}\", which is no prompt of this list.");
        return rows.Count > limit ? new(rows[..limit], BuiltInPrompts.IdOf(rows[limit - 1])) : new(rows, null);
    }

    private static async Task CreateAsync(HttpContext http, IPromptStore store, IPromptTests tests, PromptKeeper keeper, ProjectMaking making)
    {
        var body = await Body.ObjectAsync(http);
        var prompt = Read(body, body.Text("name") ?? "p-" + RandomNumberGenerator.GetHexString(8, lowercase: true));
        await RequireMovableAsync(store, tests, prompt.Key, http.RequestAborted); // one that was deleted comes back with what held its label
        var saved = await making.PromptAsync(Query.Text(http, "project"), prompt.Key, () => keeper.SaveAsync(prompt, 0, http.RequestAborted), http.RequestAborted);
        Audit.Tell(http, PromptsApi.PathOf(saved.Key));
        await WriteAsync(http, await MadeDefaultAsync(store, saved, http.RequestAborted), isDefault: true);
    }

    private static async Task GetAsync(HttpContext http, string id, IPromptStore store)
    {
        var version = Query.Text(http, "version");
        var prompt = await FindAsync(store, id, version, http.RequestAborted);
        await WriteAsync(http, prompt, version is null || (await store.FindAsync(id, null, http.RequestAborted))?.Version == prompt.Version);
    }

    private static async Task UpdateAsync(HttpContext http, string id, IPromptStore store, IPromptTests tests, PromptKeeper keeper)
    {
        var body = await Body.ObjectAsync(http);
        var newest = await FindAsync(store, id, Newest, http.RequestAborted);
        if (!IsOneText(newest)) throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{newest.Key}\" is not the text of one system message; edit it through /api/prompts.") { Field = "prompt" };
        var expected = body.Whole("version") ?? throw Given.Invalid("version", "\"version\" is missing; it must be the newest version, so that no one's change is lost.");
        var text = Read(body, newest.Key);
        var isDefault = body.Truth("set_as_default") ?? true;
        if (isDefault) await RequireMovableAsync(store, tests, newest.Key, http.RequestAborted);
        var saved = await keeper.SaveAsync(newest with { Messages = text.Messages, Variables = [.. text.Variables.Select(variable => newest.Variables.FirstOrDefault(known => known.Name == variable.Name) ?? variable)], Version = null, Hash = null, Labels = [] }, (int)Math.Clamp(expected, int.MinValue, int.MaxValue), http.RequestAborted);
        await WriteAsync(http, isDefault ? await MadeDefaultAsync(store, saved, http.RequestAborted) : saved, isDefault);
    }

    private static async Task ArchiveAsync(HttpContext http, string id, IPromptStore store)
    {
        var prompt = await FindAsync(store, id, Newest, http.RequestAborted);
        RequireOwn(prompt, "cannot be deleted");
        await store.ArchiveAsync(prompt.Key, isArchived: true, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task VersionsAsync(HttpContext http, string id, IPromptStore store)
    {
        var (newest, standard) = (await FindAsync(store, id, Newest, http.RequestAborted), await FindAsync(store, id, null, http.RequestAborted));
        var versions = new List<Prompt>();
        for (var version = newest.Version ?? 0; version > 0; version--)
        {
            if (await store.FindAsync(id, version.ToString(CultureInfo.InvariantCulture), http.RequestAborted) is { } prompt) versions.Add(prompt);
        }
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var prompt in versions) Write(writer, prompt, prompt.Version == standard.Version);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task DefaultAsync(HttpContext http, string id, IPromptStore store, PromptTester tester)
    {
        var version = (await Body.ObjectAsync(http)).Whole("version") ?? throw Given.Invalid("version", "\"version\" is missing; it must be a number.");
        var prompt = await FindAsync(store, id, version.ToString(CultureInfo.InvariantCulture), http.RequestAborted);
        RequireOwn(prompt, "has one version, which is the default");
        if (prompt.Version is { } number) await tester.BeforeLabelAsync(prompt.Key, Default, number, PromptTestsApi.Asker(http), http.RequestAborted);
        await WriteAsync(http, await MadeDefaultAsync(store, prompt, http.RequestAborted), isDefault: true);
    }

    /// <summary>What ships with the product stays as it is.</summary>
    private static void RequireOwn(Prompt prompt, string why)
    {
        if (prompt.Id is null) throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{prompt.Key}\" ships with the product and {why}. Save one of your own with this key to take its place.") { Field = "id" };
    }

    /// <summary>What is saved is kept even if its label cannot be moved afterwards, so that is asked first.</summary>
    private static async Task RequireMovableAsync(IPromptStore store, IPromptTests tests, string key, CancellationToken cancellationToken)
    {
        if ((await store.LabelsAsync(key, cancellationToken)).Any(label => label is { Label: Default, Protected: true }))
            throw new TurnException(TurnErrorCode.Forbidden, $"The label \"{Default}\" of prompt \"{key}\" is protected, so the new version cannot become the default. Say \"set_as_default\": false to save it without.") { Field = "set_as_default" };
        if ((await tests.FindAsync(key, cancellationToken))?.Labels.Contains(Default, StringComparer.Ordinal) == true)
            throw new TurnException(TurnErrorCode.Rejected, $"The label \"{Default}\" of prompt \"{key}\" moves only to a version that has passed its tests, and a new one has not. Say \"set_as_default\": false to save it, and set-default-version then: that runs them.") { Field = "set_as_default" };
    }

    /// <summary>The version as it is with the label that makes it the default.</summary>
    private static async Task<Prompt> MadeDefaultAsync(IPromptStore store, Prompt prompt, CancellationToken cancellationToken)
    {
        await store.LabelAsync(prompt.Key, Default, prompt.Version, cancellationToken);
        return await store.FindAsync(prompt.Key, prompt.Version?.ToString(CultureInfo.InvariantCulture), cancellationToken) ?? prompt;
    }

    private static bool IsOneText(Prompt prompt) => prompt is { Body: null, Messages: [{ Role: "system" } message] } && message.Content.All(part => part.Type == "text");

    private static Prompt Read(JsonElement body, string key)
    {
        var text = body.Needed("prompt", "");
        var names = (body.List("variables") ?? []).Select((name, i) => name.ValueKind == JsonValueKind.String ? name.GetString()! : throw Given.Invalid($"variables[{i}]", $"\"variables[{i}]\" must be the name of a variable.")).ToArray();
        var prompt = new Prompt { Key = key, Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = text }] }], Variables = [.. names.Select(name => new VariableDefinition { Name = name, Required = true })] };
        if (PromptPlaceholders.Undeclared(prompt) is { Count: > 0 } undeclared) throw new TurnException(TurnErrorCode.VariableUndefined, $"The prompt uses {string.Join(", ", undeclared.Select(name => $"\"{name}\""))}, which \"variables\" lacks.") { Field = "variables" };
        return prompt;
    }

    private static async ValueTask<Prompt> FindAsync(IPromptStore store, string id, string? version, CancellationToken cancellationToken) =>
        await store.FindAsync(id, version, cancellationToken) ?? throw new TurnException(TurnErrorCode.PromptNotFound, version is null or Newest ? $"There is no prompt \"{id}\"." : $"Prompt \"{id}\" has no version \"{version}\".") { Field = "id" };

    private static Task WriteAsync(HttpContext http, Prompt prompt, bool isDefault) => Answer.WriteAsync(http, writer => Write(writer, prompt, isDefault));

    private static void Write(Utf8JsonWriter writer, Prompt prompt, bool isDefault)
    {
        writer.WriteStartObject();
        writer.WriteString("prompt_id"u8, BuiltInPrompts.IdOf(prompt));
        writer.WriteString("id"u8, BuiltInPrompts.IdOf(prompt));
        writer.WriteString("object"u8, "prompt"u8);
        writer.WriteString("name"u8, prompt.Key);
        writer.WriteString("prompt"u8, string.Join("\n\n", prompt.Messages.Where(message => message.Role == "system").Select(PromptPlaceholders.Text)));
        writer.WriteNumber("version"u8, prompt.Version ?? 0);
        writer.WriteStartArray("variables"u8);
        foreach (var variable in prompt.Variables) writer.WriteStringValue(variable.Name);
        writer.WriteEndArray();
        writer.WriteBoolean("is_default"u8, isDefault);
        writer.WriteStartArray("labels"u8);
        foreach (var label in prompt.Labels) writer.WriteStringValue(label);
        writer.WriteEndArray();
        writer.WriteStartArray("messages"u8);
        foreach (var message in prompt.Messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role"u8, message.Role);
            writer.WriteString("content"u8, PromptPlaceholders.Text(message));
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteNumber("created_at"u8, (prompt.CreatedAt ?? BuiltInPrompts.WrittenAt).ToUnixTimeSeconds());
        writer.WriteEndObject();
    }
}
