using System.Text.RegularExpressions;
using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Prompts;

/// <summary>What a prompt must be to be kept.</summary>
public static partial class PromptRules
{
    /// <summary>Checks key, variables and templates.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="computed">Names that a host computes, beside the built-in ones.</param>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit, variable_invalid, variable_undefined</c>.</exception>
    public static void Check(Prompt prompt, IEnumerable<string>? computed = null)
    {
        CheckForm(prompt);
        var names = prompt.Variables.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        if (VariableDefinitionCheck.Check(prompt.Variables) is { Count: > 0 } faults)
            throw new TurnException(TurnErrorCode.VariableInvalid, string.Join(' ', faults.Select(fault => fault.Message))) { Variables = faults, Field = "variables" };
        var compiled = new CompiledPrompt(prompt);
        if (!prompt.InferVariables && !IsPartial(prompt.Key)) CheckUsed(compiled, names.Concat(ComputedVariables.Names).Concat(computed ?? []).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Checks key, messages, resources, tools of the caller and the names of variables, without reading templates.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    internal static void CheckForm(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        RefuseNulls(prompt);
        if (!KeyForm().IsMatch(prompt.Key)) throw Invalid("key", $"\"{prompt.Key}\" cannot be a key: 1 to 200 letters, digits and . _ - /, not beginning or ending with a slash.");
        if (prompt.Body is null && prompt.Messages.Count == 0) throw Invalid("messages", "A prompt needs at least one message.");
        if (prompt.Body is not null && prompt.Messages.Count > 0) throw Invalid("body", "A prompt has either \"messages\" or \"body\".");
        foreach (var type in prompt.Messages.SelectMany(message => message.Content).Select(part => part?.MediaType).OfType<string>())
            if (type.Length > 0 && !FileTypes.IsType(type)) throw Invalid("messages", $"A part of a message has the mediaType \"{type}\"; it must be one such as image/png or application/pdf.");
        ResourceRules.CheckAll(prompt.Resources);
        ClientToolRules.Check(prompt.ClientTools ?? []);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in prompt.Variables)
        {
            if (!VariableForm().IsMatch(variable.Name)) throw Invalid("variables", $"\"{variable.Name}\" cannot be a variable: letters, digits and _, beginning with a letter or _, at most 100.");
            if (TemplateHelpers.Reserved.Contains(variable.Name)) throw Invalid("variables", $"\"{variable.Name}\" is a helper of templates; give the variable another name.");
            if (!names.Add(variable.Name)) throw Invalid("variables", $"The variable \"{variable.Name}\" is declared twice.");
        }
    }

    /// <summary>What a template uses must be declared or computed; only partials see the variables of whoever includes them.</summary>
    private static void CheckUsed(CompiledPrompt compiled, HashSet<string> known)
    {
        var undefined = compiled.UsedNames.Where(name => !known.Contains(name)).Select(name => new VariableFault(name, $"Variable \"{name}\" is used, and nobody declares or computes it.{Nearest.Hint(name, known)}", TurnErrorCode.VariableUndefined.Text())).ToArray();
        if (undefined.Length > 0) throw new TurnException(TurnErrorCode.VariableUndefined, string.Join(' ', undefined.Select(fault => fault.Message))) { Variables = undefined, Field = "variables" };
    }

    /// <summary>Whether a key is that of a partial.</summary>
    internal static bool IsPartial(string key) => key[(key.LastIndexOf('/') + 1)..].StartsWith('_');

    /// <summary>JSON may hold null where a list wants something.</summary>
    internal static void RefuseNulls(Prompt prompt)
    {
        Refuse("messages", prompt.Messages);
        Refuse("variables", prompt.Variables);
        Refuse("resources", prompt.Resources);
        Refuse("tools", prompt.Tools);
        Refuse("rules", prompt.Rules);
        Refuse("tags", prompt.Tags);
        Refuse("fallback", prompt.Fallback);
        Refuse("partials", prompt.Partials ?? []);
        Refuse("clientTools", prompt.ClientTools ?? []);

        static void Refuse<T>(string field, IReadOnlyList<T> items) where T : class
        {
            if (items.Any(item => item is null)) throw Invalid(field, $"\"{field}\" of the prompt holds a null. Take it out.");
        }
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };

    /// <summary>Whether a text can be a key.</summary>
    internal static bool IsKey(string key) => KeyForm().IsMatch(key);

    [GeneratedRegex(@"^(?!/)[\p{L}\p{Nd}._/-]{1,200}(?<!/)$")]
    private static partial Regex KeyForm();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
    private static partial Regex VariableForm();
}
