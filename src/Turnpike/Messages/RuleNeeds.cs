using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Messages;

/// <summary>The variables that rules use, beside the prompt's.</summary>
internal static class RuleNeeds
{
    /// <summary>The prompt's needs with those of the rules.</summary>
    /// <exception cref="TurnException"><c>variable_undefined</c>, naming each rule that uses a name which the prompt does not declare, no layer has and nothing computes.</exception>
    public static VariableNeeds With(VariableNeeds prompt, TurnDraft draft, IReadOnlyList<AppliedRule> rules, IReadOnlyList<string> computed)
    {
        List<VariableDefinition>? more = null;
        List<VariableFault>? undefined = null;
        foreach (var rule in rules)
        {
            foreach (var name in rule.Template.Names.Variables.Keys)
            {
                if (name == "input" || prompt.Names.Contains(name)) continue;
                if (computed.Contains(name) || draft.State.Layers.Any(layer => layer.Variables.TryGetValue(name, out var value) && ResolvedVariables.IsSet(value))) (more ??= []).Add(new() { Name = name, Type = VariableType.Any });
                else (undefined ??= []).Add(new(name, $"\"{name}\" is used by rule \"{rule.Rule.Name}\", but neither the prompt declares it nor a layer has it.{Nearest.Hint(name, prompt.Names.Concat(computed))}"));
            }
        }
        if (undefined is not null) throw VariableFaults.ToException(TurnErrorCode.VariableUndefined, undefined, "rules");
        return more is null ? prompt : prompt.And(more);
    }
}
