using System.Text.RegularExpressions;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;

namespace Turnpike.Prompts;

/// <summary>What a prompt must be to be kept.</summary>
public static partial class PromptRules
{
    /// <summary>Checks key, variables and templates.</summary>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit, variable_undefined</c>.</exception>
    public static void Check(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (!KeyForm().IsMatch(prompt.Key)) throw Invalid("key", $"\"{prompt.Key}\" cannot be a key: 1 to 200 letters, digits and . _ - /, not beginning or ending with a slash.");
        if (prompt.Body is null && prompt.Messages.Count == 0) throw Invalid("messages", "A prompt needs at least one message.");
        if (prompt.Body is not null && prompt.Messages.Count > 0) throw Invalid("body", "A prompt has either \"messages\" or \"body\".");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in prompt.Variables)
        {
            if (!VariableForm().IsMatch(variable.Name)) throw Invalid("variables", $"\"{variable.Name}\" cannot be a variable: letters, digits and _, beginning with a letter or _, at most 100.");
            if (TemplateHelpers.Reserved.Contains(variable.Name)) throw Invalid("variables", $"\"{variable.Name}\" is a helper of templates; give the variable another name.");
            if (!names.Add(variable.Name)) throw Invalid("variables", $"The variable \"{variable.Name}\" is declared twice.");
        }
        _ = new CompiledPrompt(prompt);
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };

    [GeneratedRegex(@"^(?!/)[\p{L}\p{Nd}._/-]{1,200}(?<!/)$")]
    private static partial Regex KeyForm();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
    private static partial Regex VariableForm();
}
