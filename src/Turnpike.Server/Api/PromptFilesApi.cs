using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Imports;
using Turnpike.Prompts.Testing;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>Prompts as files: in and out.</summary>
internal static class PromptFilesApi
{
    private const string File = "text/x-dotprompt";

    public static void MapPromptFiles(this RouteGroupBuilder prompts)
    {
        prompts.MapGet("{key}/export", ExportAsync).Describe("exportPrompt", "Write a prompt as a file", "With Accept: text/x-dotprompt (or anything but JSON) a .prompt file: byte for byte the one it came from as long as it says the same. With Accept: application/json a bundle of one.").Query("version", "A version's number.").Query("label", "A label.").Answers<PromptBundle>().AnswersText(File);
        prompts.MapPost("export", ExportManyAsync).Describe("exportPrompts", "Write many prompts as one file", "{format: \"turnpike.prompts\", version, prompts, tests?}: those with these keys, or all that are kept, with the tests of those that have some.").Takes<PromptSelection>(isOptional: true).Answers<PromptBundle>().RequireScope(Scopes.PromptsRead); // it keeps nothing
        prompts.MapPost("import", ImportAsync).Describe("importPrompts", "Read prompts from a file", "A .prompt file (text/x-dotprompt), our own JSON, or prompts of OpenAI, Langfuse, LiteChat, AI Matrx or Prompty. A line of the report tells what became of each. Importing twice makes nothing new.")
            .Query("key", "The key, when the file holds one prompt.").Switch("dryRun", "true: keeps nothing.").Query("format", "turnpike, dotprompt, openai, langfuse, litechat, matrx or prompty; otherwise told by the content.").Switch("labels", "true: moves the labels that the file names.").Query("project", "The project that new prompts belong to from the beginning: it takes an editor there.").TakesFile(File, "application/json", "text/plain").Answers<ImportReport>();
    }

    private static async Task ExportAsync(HttpContext http, string key, IPromptStore store, IPromptTests tests)
    {
        var version = PromptsApi.Which(http);
        if (Query.Text(http, "format") is { } format) throw new TurnException(TurnErrorCode.RequestInvalid, $"\"format\" is \"{format}\", and an export has none: the header Accept chooses, text/x-dotprompt for a .prompt file or application/json for a bundle.") { Field = "format" };
        var prompt = await store.FindAsync(key, version, http.RequestAborted) ?? throw await PromptsApi.NotFoundAsync(store, key, version, http.RequestAborted);
        if (Wants.Rather(http.Request, "application/json", File))
        {
            await WriteAsync(http, [prompt], store, tests);
            return;
        }
        http.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(prompt.Key[(prompt.Key.LastIndexOf('/') + 1)..] + PromptFile.Extension)}";
        await Answer.WriteAsync(http, System.Text.Encoding.UTF8.GetBytes(PromptFile.Write(Portable(prompt))), contentType: File + "; charset=utf-8");
    }

    private static async Task ExportManyAsync(HttpContext http, IPromptStore store, IPromptTests tests)
    {
        var which = await Body.ReadOrAsync(http, ServerJson.Relaxed.PromptSelection, new());
        var found = new List<Prompt>();
        foreach (var name in which.Keys ?? [])
        {
            var reference = PromptReference.Parse(name);
            found.Add(await store.FindAsync(reference.Id!, reference.Version, http.RequestAborted) ?? throw await PromptsApi.NotFoundAsync(store, reference.Id!, reference.Version, http.RequestAborted));
        }
        for (string? after = null; which.Keys is null;)
        {
            var page = await store.ListAsync(new() { Tag = which.Tag, After = after, Limit = 200 }, http.RequestAborted);
            found.AddRange(page.Data.Where(prompt => prompt.Id is not null));
            if ((after = page.Next) is null) break;
        }
        await WriteAsync(http, [.. found.Where(prompt => which.Tag is null || prompt.Tags.Contains(which.Tag, StringComparer.OrdinalIgnoreCase))], store, tests);
    }

    private static async Task WriteAsync(HttpContext http, IReadOnlyList<Prompt> prompts, IPromptStore store, IPromptTests tests)
    {
        var secret = await store.SecretNamesAsync(http.RequestAborted);
        var its = new List<PromptTests>();
        foreach (var key in prompts.Select(prompt => prompt.Key).Distinct(StringComparer.Ordinal))
            if (await tests.FindAsync(key, http.RequestAborted) is { } found) its.Add(found with { Revision = 0, SavedAt = null, Cases = [.. found.Cases.Select(test => test with { Variables = test.Variables.Where(value => !secret.Contains(value.Key)).ToDictionary() })] });
        await Answer.WriteAsync(http, new PromptBundle { Prompts = [.. prompts.Select(Portable)], Tests = its.Count > 0 ? its : null }, TurnpikeJson.Relaxed.PromptBundle);
    }

    /// <summary>The prompt without the defaults of its secret variables: a file carries no secrets.</summary>
    private static Prompt Portable(Prompt prompt)
    {
        if (!prompt.Variables.Any(variable => variable is { Secret: true, Default: not null })) return prompt;
        var told = prompt with { Variables = [.. prompt.Variables.Select(variable => variable.Secret ? variable with { Default = null } : variable)] };
        return told.File is null ? told : told with { File = PromptFile.Write(told) };
    }

    private static async Task ImportAsync(HttpContext http, PromptImporter importer)
    {
        var options = new ImportOptions
        {
            Key = Query.Text(http, "key"),
            Format = Query.Text(http, "format"),
            IsFile = http.Request.ContentType?.StartsWith(File, StringComparison.OrdinalIgnoreCase) == true,
            DryRun = Query.Truth(http, "dryRun"),
            Labels = Query.Truth(http, "labels"),
            Project = Query.Text(http, "project"),
        };
        var text = await Body.TextAsync(http);
        if (Body.IsJson(http.Request.ContentType) && options.Format is not ("dotprompt" or "prompty") && text.AsSpan().TrimStart("\uFEFF \t\r\n") is not ['{' or '[', ..])
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The body says it is JSON, and holds no prompts: it must be an object or a list. A .prompt file is sent as {File}.");
        if (options.Format is null && http.Request.ContentType?.Contains("yaml", StringComparison.OrdinalIgnoreCase) == true && !text.Contains("---", StringComparison.Ordinal))
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The body says it is YAML, and has no front matter between lines \"---\": YAML alone is no form of prompts that is read here. A .prompt file is sent as {File}.");
        var report = await importer.ImportAsync(text, options, http.RequestAborted);
        if (!report.DryRun) Audit.Tell(http, report.Items.Where(item => item is { Kind: "prompt", Id: not null } and ({ Outcome: not ImportOutcome.Skipped } or { Labels: not null })).Select(item => PromptsApi.PathOf(item.Id!)).Distinct());
        await Answer.WriteAsync(http, report, TurnpikeJson.Relaxed.ImportReport);
    }
}
