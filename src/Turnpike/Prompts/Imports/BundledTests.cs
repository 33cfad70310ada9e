using System.Text.Json;
using Turnpike.Prompts.Testing;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Imports;

/// <summary>Keeps the tests that come with prompts, when those are here: over the tests that there are, as the prompt of the file comes over the newest version.</summary>
internal sealed class BundledTests(IPromptStore store, IPromptTests tests)
{
    /// <param name="found">The tests, as they were found.</param>
    /// <param name="key">The key that their prompt has here; null: it was not imported.</param>
    /// <param name="prompts">The versions of their prompt in the file.</param>
    /// <param name="dryRun">Whether nothing is kept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<ImportItem> KeepAsync(FoundPrompt found, string? key, IReadOnlyList<Prompt> prompts, bool dryRun, CancellationToken cancellationToken)
    {
        try
        {
            if (key is null || (prompts.Count == 0 && await store.LocateAsync(key, "latest", cancellationToken) is null)) return Skipped(found, prompts.Count == 0 ? $"There is no prompt \"{found.Source}\"." : "Their prompt was not imported.");
            var its = WithoutSecrets(found, found.Tests!, [.. await store.SecretNamesAsync(cancellationToken), .. prompts.SelectMany(prompt => prompt.Variables).Where(variable => variable.Secret).Select(variable => variable.Name)]) with { Key = key };
            PromptTestRules.Check(its);
            var here = await tests.FindAsync(key, cancellationToken);
            if (here is not null && ForeignJson.AreSame(Said(here), Said(its))) return Skipped(found, "they are here already") with { Id = key };
            if (here is not null) found.Remarks.Add($"they take the place of revision {here.Revision}");
            if (!dryRun) await tests.SaveAsync(its, here?.Revision ?? 0, cancellationToken);
            return new(found.Kind, found.Source, found.Changes.Count > 0 ? ImportOutcome.Changed : ImportOutcome.Imported, key, [.. found.Changes, .. found.Remarks]);
        }
        catch (TurnException error) when (error.Code != TurnErrorCode.StorageUnavailable)
        {
            return Skipped(found, error.Field is { } field ? $"{field}: {error.Message}" : error.Message);
        }
    }

    /// <summary>Whoever reads tests would see a secret that stands in them.</summary>
    private static PromptTests WithoutSecrets(FoundPrompt found, PromptTests its, HashSet<string> secret)
    {
        foreach (var (test, name) in its.Cases.OfType<PromptTest>().SelectMany(test => test.Variables.Keys.Where(secret.Contains).Select(name => (test, name)))) found.Changes.Add($"case \"{test.Name}\": its value for {name} is left out, secrets are not imported");
        return found.Changes.Count == 0 ? its : its with { Cases = [.. its.Cases.Select(test => test is null ? null! : test with { Variables = test.Variables.Where(value => !secret.Contains(value.Key)).ToDictionary() })] };
    }

    private static JsonElement Said(PromptTests tests) => JsonSerializer.SerializeToElement(tests with { Revision = 0, SavedAt = null }, TurnpikeJson.Relaxed.PromptTests);

    private static ImportItem Skipped(FoundPrompt found, string why) => new(found.Kind, found.Source, ImportOutcome.Skipped, null, [why, .. found.Changes]);
}
