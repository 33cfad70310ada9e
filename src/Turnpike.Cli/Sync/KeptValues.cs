using Turnpike.Prompts;

namespace Turnpike.Cli.Sync;

/// <summary>What a file does not say of a prompt, and a save of the file must not lose.</summary>
internal static class KeptValues
{
    /// <summary>A file's prompt with what is kept of it: where it was imported from, and the defaults of its secret variables, which no file carries.</summary>
    /// <returns>The prompt, and what is to be told of it.</returns>
    public static (Prompt Prompt, string? Note) Over(Prompt file, Prompt kept)
    {
        var defaults = kept.Variables.Where(variable => variable is { Secret: true, Default: not null }).ToDictionary(variable => variable.Name, variable => variable.Default);
        var secrets = file.Variables.Where(variable => variable is { Secret: true, Default: null } && defaults.ContainsKey(variable.Name)).Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        var over = file with
        {
            ImportedFrom = file.ImportedFrom ?? kept.ImportedFrom,
            Variables = secrets.Count == 0 ? file.Variables : [.. file.Variables.Select(variable => secrets.Contains(variable.Name) ? variable with { Default = defaults[variable.Name] } : variable)],
        };
        return (over, secrets.Count == 0 ? null : $"a file carries no secrets; the kept default of {string.Join(", ", secrets)} stays.");
    }
}
