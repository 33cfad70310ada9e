using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Values for a prompt's arguments while somebody types: the variable's options, then values that it had in turns before.</summary>
internal sealed class PromptArguments(IPromptUses uses, ITurnStore turns)
{
    private const int MostTurns = 50;

    public async Task<IReadOnlyList<string>> CompleteAsync(Prompt prompt, string name, string typed, CancellationToken cancellationToken)
    {
        if (prompt.Variables.FirstOrDefault(variable => variable.Name == name) is not { } variable) return [];
        var values = (variable.Options ?? []).Select(Text).ToList();
        if (!variable.Secret && prompt.Key.Length > 0 && ServedResources.May(Scopes.Conversations)) // others said them in theirs
        {
            foreach (var use in (await uses.ListAsync(prompt.Key, null, null, MostTurns, cancellationToken)).Data)
                if (await turns.FindAsync(use.Turn, cancellationToken) is { } turn && turn.Variables.TryGetValue(name, out var value)) values.Add(Text(value));
        }
        return [.. values.Where(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal)];
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
