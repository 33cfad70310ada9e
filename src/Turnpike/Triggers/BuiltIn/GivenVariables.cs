using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>Values that somebody typed for a prompt's variables, checked before they are set, so that what does not fit stays text.</summary>
internal static class GivenVariables
{
    /// <summary>The values as their variables want them. Those of secret variables are told to the trace first: what does not fit stays in the text, and is hidden there.</summary>
    /// <param name="draft">The turn.</param>
    /// <param name="prompts">The prompts that they are for; none when the turn has none.</param>
    /// <param name="compiler">Finds the names that their templates use.</param>
    /// <param name="given">The values as they were typed.</param>
    /// <param name="others">Names that something else than the prompts knows.</param>
    /// <exception cref="TurnException"><c>variable_undefined</c> or <c>variable_invalid</c>.</exception>
    public static Dictionary<string, JsonElement> For(TurnDraft draft, IReadOnlyList<ResolvedPrompt> prompts, PromptCompiler compiler, IReadOnlyDictionary<string, string> given, IReadOnlyCollection<string>? others = null)
    {
        if (given.Count == 0) return [];
        foreach (var (name, text) in given) if (prompts.Any(prompt => prompt.Prompt.Secrets.Contains(name))) Hide(text, draft);
        string[] known = [.. prompts.SelectMany(prompt => Names(prompt, compiler)).Distinct(StringComparer.Ordinal)];
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, text) in given)
        {
            if (!known.Contains(name) && others?.Contains(name) != true)
            {
                throw prompts.Count == 0
                    ? new TurnException(TurnErrorCode.VariableUndefined, $"Nothing knows a variable \"{name}\": this turn has no prompt, and neither a layer nor a rule has the name.")
                    : Method.Unknown(TurnErrorCode.VariableUndefined, $"variable in prompt {string.Join(" or ", prompts.Select(prompt => $"\"{prompt.Name}\""))} called", name, known);
            }
            values[name] = Fitting([.. prompts.SelectMany(prompt => prompt.Prompt.Variables).Where(definition => definition.Name == name)], name, text);
        }
        return values;
    }

    /// <summary>The names that a prompt declares or uses.</summary>
    public static IReadOnlyList<string> Names(ResolvedPrompt prompt, PromptCompiler compiler) =>
        [.. prompt.Prompt.Variables.Select(definition => definition.Name).Union(compiler.Compile(prompt).UsedNames, StringComparer.Ordinal)];

    /// <summary>The names for completion.</summary>
    public static IReadOnlyList<TriggerSuggestion> Suggested(ResolvedPrompt prompt, PromptCompiler compiler) =>
        [.. Names(prompt, compiler).Select(name => new TriggerSuggestion(name, Detail: prompt.Prompt.Variables.FirstOrDefault(variable => variable.Name == name)?.Description))];

    /// <summary>A value as text, or, where a variable wants something else, as the JSON that was typed; it fits all variables of the name.</summary>
    private static JsonElement Fitting(VariableDefinition[] definitions, string name, string text)
    {
        if (Array.Find(definitions, definition => definition.Locked is { } locked && locked != VariableLayer.Turn) is { Locked: var layer })
            throw new TurnException(TurnErrorCode.VariableInvalid, $"Variable \"{name}\" is locked to \"{layer}\": no layer above that may set it.");
        var value = Method.Json(text);
        if (definitions.Select(definition => VariableCheck.Coerce(definition, value).Fault).FirstOrDefault(fault => fault is not null) is not { } misfit) return value;
        if (Parsed(text) is { } json && Array.TrueForAll(definitions, definition => VariableCheck.Coerce(definition, json).Fits)) return json;
        throw new TurnException(TurnErrorCode.VariableInvalid, $"Variable \"{name}\" {misfit}.");
    }

    private static void Hide(string secret, TurnDraft draft)
    {
        draft.Trace.Hide(secret);
        if (Parsed(secret) is { } json) draft.Trace.Hide(json);
    }

    private static JsonElement? Parsed(string text) => text.StartsWith('[') || text.StartsWith('{') ? ForeignJson.Parse(text) : null;
}
