using System.Text.Json;
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
    /// <exception cref="TurnException"><c>request_invalid, parameter_invalid, template_invalid, template_limit, variable_invalid, variable_undefined</c>.</exception>
    public static void Check(Prompt prompt, IEnumerable<string>? computed = null)
    {
        CheckForm(prompt);
        var names = prompt.Variables.Select(variable => variable.Name).ToHashSet(StringComparer.Ordinal);
        if (VariableDefinitionCheck.Check(prompt.Variables) is { Count: > 0 } faults)
            throw VariableFaults.ToException(TurnErrorCode.VariableInvalid, faults, "variables");
        var compiled = new CompiledPrompt(prompt);
        if (!prompt.InferVariables && !IsPartial(prompt.Key)) CheckUsed(compiled, names.Concat(ComputedVariables.Names).Concat(computed ?? []).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Checks key, messages, parameters, resources, tools of the caller and the names of variables, without reading templates.</summary>
    /// <exception cref="TurnException"><c>request_invalid, parameter_invalid</c>.</exception>
    internal static void CheckForm(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        RefuseNulls(prompt);
        if (!KeyForm().IsMatch(prompt.Key)) throw Invalid("key", $"\"{prompt.Key}\" cannot be a key: {KeyWords}.");
        if (prompt.Body is null && prompt.Messages.Count == 0) throw Invalid("messages", "A prompt needs at least one message.");
        if (prompt.Body is not null && prompt.Messages.Count > 0) throw Invalid("body", "A prompt has either \"messages\" or \"body\".");
        PromptForm.Check(prompt);
        foreach (var type in prompt.Messages.SelectMany(message => message.Content).Select(part => part?.MediaType).OfType<string>())
            if (type.Length > 0 && !FileTypes.IsType(type)) throw Invalid("messages", $"A part of a message has the mediaType \"{type}\"; it must be one such as image/png or application/pdf.");
        OwnMembers.Check(prompt.Parameters, "parameters");
        CheckOutput(prompt);
        ResourceRules.CheckForms(prompt.Resources);
        ClientToolRules.Check(prompt.ClientTools ?? []);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in prompt.Variables)
        {
            if (!VariableForm().IsMatch(variable.Name)) throw Invalid("variables", $"\"{variable.Name}\" cannot be a variable: letters, digits and _, beginning with a letter or _, at most 100.");
            if (TemplateHelpers.IsTaken(variable.Name)) throw Invalid("variables", $"\"{variable.Name}\" is a word of templates; give the variable another name.");
            if (!names.Add(variable.Name)) throw Invalid("variables", $"The variable \"{variable.Name}\" is declared twice.");
        }
    }

    /// <summary>Refuses a lock that would lock nothing.</summary>
    /// <exception cref="TurnException"><c>variable_invalid</c>.</exception>
    internal static void CheckLocks(Prompt prompt, string field)
    {
        var faults = prompt.Variables.Select(variable => VariableDefinitionCheck.LockFault(variable) is { } why ? new VariableFault(variable.Name, $"The definition of \"{variable.Name}\" {why}.", TurnErrorCode.VariableInvalid.Text()) : null).OfType<VariableFault>().ToArray();
        if (faults.Length > 0) throw VariableFaults.ToException(TurnErrorCode.VariableInvalid, faults, field);
    }

    /// <summary>Refuses a shape of the answer that no model can be asked for.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    internal static void CheckOutput(Prompt prompt)
    {
        if (OutputFaults(prompt).FirstOrDefault() is { } fault) throw Invalid("output.schema", fault);
    }

    /// <summary>What of the shape of the answer cannot be asked for.</summary>
    internal static IEnumerable<string> OutputFaults(Prompt prompt) =>
        prompt.Output?.Schema is { ValueKind: not JsonValueKind.Null } schema ? JsonSchemaCheck.CheckShape(schema).Select(fault => $"The schema of the prompt's \"output\" cannot be used: {fault}.") : [];

    /// <summary>What a template uses must be declared or computed; only partials see the variables of whoever includes them.</summary>
    private static void CheckUsed(CompiledPrompt compiled, HashSet<string> known)
    {
        var undefined = compiled.UsedNames.Where(name => !known.Contains(name)).Select(name => new VariableFault(name, $"Variable \"{name}\" is used, and nobody declares or computes it.{Nearest.Hint(name, known)}", TurnErrorCode.VariableUndefined.Text())).ToArray();
        if (undefined.Length > 0) throw VariableFaults.ToException(TurnErrorCode.VariableUndefined, undefined, "variables");
    }

    /// <summary>Whether a key is that of a partial.</summary>
    internal static bool IsPartial(string key) => key[(key.LastIndexOf('/') + 1)..].StartsWith('_');

    /// <summary>Whether a key may be that of a prompt which there is not yet. One that was imported may be called by the id that it had.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    internal static void CheckNewKey(string key, bool isImported)
    {
        if (!KeyForm().IsMatch(key) || !AddressSteps.Fit(key)) throw Invalid("key", $"\"{key}\" cannot be a key: {KeyWords}.");
        if (!isImported && key.StartsWith(Ids.PromptPrefix, StringComparison.Ordinal)) throw Invalid("key", $"\"{key}\" cannot be a key: \"{Ids.PromptPrefix}\" begins the ids that prompts get. Choose another one.");
    }

    /// <summary>JSON may hold null where a list, or what is in it, wants something.</summary>
    internal static void RefuseNulls(Prompt prompt)
    {
        Refuse("messages", prompt.Messages);
        Refuse("variables", prompt.Variables);
        Refuse("resources", prompt.Resources);
        Refuse("tools", [.. prompt.ToolSelection.Names]);
        Refuse("rules", prompt.Rules);
        Refuse("tags", prompt.Tags);
        Refuse("fallback", prompt.Fallback);
        Refuse("partials", prompt.Partials ?? []);
        Refuse("clientTools", prompt.ClientTools ?? []);
        Each("messages", "role", prompt.Messages, message => message.Role);
        for (var i = 0; i < prompt.Messages.Count; i++) Each($"messages[{i}].content", "type", prompt.Messages[i].Content, part => part?.Type);
        Each("variables", "name", prompt.Variables, variable => variable.Name);
        Each("clientTools", "name", prompt.ClientTools ?? [], tool => tool.Name);
        Each("partials", "name", prompt.Partials ?? [], partial => partial.Name);
        Each("partials", "key", prompt.Partials ?? [], partial => partial.Key);
        Each("partials", "text", prompt.Partials ?? [], partial => partial.Text);
        var partials = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, partial) in (prompt.Partials ?? []).Index()) if (!partials.Add(partial.Name)) throw Invalid($"partials[{i}].name", $"The partial \"{partial.Name}\" of the prompt stands twice in it.");

        static void Refuse<T>(string field, IReadOnlyList<T> items) where T : class
        {
            if (items.Any(item => item is null)) throw Invalid(field, $"\"{field}\" of the prompt holds a null. Take it out.");
        }

        static void Each<T>(string field, string member, IReadOnlyList<T> items, Func<T, string?> text)
        {
            for (var i = 0; i < items.Count; i++)
                if (text(items[i]) is null) throw Invalid($"{field}[{i}].{member}", $"\"{field}[{i}].{member}\" of the prompt must not be null.");
        }
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };

    /// <summary>Whether a text can be a key.</summary>
    internal static bool IsKey(string key) => KeyForm().IsMatch(key) && AddressSteps.Fit(key);

    /// <summary>The most characters of a prompt's own id, and of the id that it had elsewhere.</summary>
    internal const int LongestId = 200, LongestOrigin = 500;

    /// <summary>What a key is.</summary>
    internal const string KeyWords = "1 to 200 letters, digits and . _ - /, not beginning or ending with a slash, and neither . nor .. nor nothing between slashes";

    [GeneratedRegex(@"^(?!/)[\p{L}\p{Nd}._/-]{1,200}(?<!/)\z")]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex VariableForm();
}
