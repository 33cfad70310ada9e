using System.Text.Json;
using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;

namespace Turnpike.Prompts.Checking;

/// <summary>Looks at the declared variables of a prompt.</summary>
internal static class VariableReview
{
    public static void Run(Prompt prompt, PromptVariableUse use, Action<PromptIssue> report)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < prompt.Variables.Count; i++)
        {
            var (variable, path) = (prompt.Variables[i], $"variables[{i}]");
            if (variable.Name is null) continue;
            if (!seen.Add(variable.Name))
            {
                report(new("variable_duplicate", IssueSeverity.Error, $"The variable \"{variable.Name}\" is declared twice.", path) { Name = variable.Name, Fix = new("Take one of them out.") });
                continue;
            }
            One(variable, path, report);
            if (use.Unused.Contains(variable.Name) && !prompt.ExpandUserText && variable.Type is not (VariableType.File or VariableType.Image)) report(new("variable_unused", IssueSeverity.Warning, $"Variable \"{variable.Name}\" is declared, and no text uses it.", path) { Name = variable.Name, Fix = new($"Use it as {{{{{variable.Name}}}}}, or take it out.") });
        }
    }

    private static void One(VariableDefinition variable, string path, Action<PromptIssue> report)
    {
        var hasDefault = variable.Default is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };
        if (TemplateHelpers.IsTaken(variable.Name)) Report("variable_name_reserved", IssueSeverity.Error, $"\"{variable.Name}\" is a word of templates.", ".name", "Give the variable another name.");
        if (hasDefault && VariableCheck.Coerce(variable, variable.Default!.Value).Fault is { } why) Report(IsRange(variable) ? "default_out_of_range" : IsChoice(variable) ? "default_not_an_option" : "default_invalid", IssueSeverity.Error, $"The default of \"{variable.Name}\" {why}.", ".default", "Change the default or what is allowed.");
        foreach (var fault in VariableDefinitionCheck.Check([hasDefault ? variable with { Default = null } : variable])) Report("variable_invalid", IssueSeverity.Error, fault.Message, "", null);
        if (variable.Required && hasDefault) Report("required_with_default", IssueSeverity.Warning, $"Variable \"{variable.Name}\" is required and has a default, so it can never be missing.", ".required", "Take \"required\" or the default out.");
        if (variable.Secret && hasDefault) Report("secret_with_default", IssueSeverity.Warning, $"The default of the secret variable \"{variable.Name}\" is kept with the prompt, for all who read it.", ".default", "Take the default out and set the value where the variable is used.");
        if (variable is { Locked: "default", Required: true } && !hasDefault) Report("variable_unreachable", IssueSeverity.Warning, $"Variable \"{variable.Name}\" is required and locked to its default, and has none: no value can ever reach it.", ".locked", "Give it a default, or a higher \"locked\".");

        void Report(string code, IssueSeverity severity, string message, string member, string? fix) => report(new(code, severity, message, path + member) { Name = variable.Name, Fix = fix is null ? null : new(fix) });
    }

    private static bool IsRange(VariableDefinition variable) => variable.Type is VariableType.Number or VariableType.Integer or VariableType.Date && variable.Default!.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String && (variable.Min ?? variable.Max) is not null;

    private static bool IsChoice(VariableDefinition variable) => variable.Type == VariableType.Enum || variable is { Type: VariableType.List or VariableType.String or VariableType.Text or VariableType.Number or VariableType.Integer, AllowOther: false, Options.Count: > 0 };
}
