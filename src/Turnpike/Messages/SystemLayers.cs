using System.Text.RegularExpressions;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>The system text of a turn: from the lowest layer to the highest, each replaces what is below it or stands behind it after a blank line; then the rules.</summary>
internal static partial class SystemLayers
{
    /// <param name="draft">The draft.</param>
    /// <param name="prompt">The prompt's system text, rendered; null when it has none.</param>
    /// <param name="agent">The agent's text, rendered; null when there is none.</param>
    /// <param name="rules">The rules, rendered; those placed in the system text stand behind it.</param>
    public static SourcedText Join(TurnDraft draft, SourcedText? prompt, SourcedText? agent, IReadOnlyList<RenderedRule> rules)
    {
        var text = new SourcedText();
        foreach (var layer in FromTheGround(draft.State))
        {
            if (layer.Name == "prompt")
            {
                if (prompt is not null) text = With(text, prompt, draft.Prompt?.Prompt.System == "replace", draft.Prompt!.Name, draft.Trace);
            }
            else if (layer.Name == "agent")
            {
                var used = draft.State.Agent!.Prompt;
                if (agent is not null) text = With(text, agent, used.Prompt.System == "replace", "agent:" + used.Name, draft.Trace);
            }
            else if (layer.System is { } said)
            {
                WarnOfPlaceholder(draft, layer, said.Text);
                text = With(text, SourcedText.Of(said.Text, layer.Name), said.Replace, layer.Name, draft.Trace);
            }
        }
        WarnOfPrompt(draft, prompt, agent);
        return SourcedText.Joined(rules.Where(rule => rule.Placement == RulePlacement.System).Select(rule => rule.Sourced).Prepend(text));
    }

    /// <summary>The layers, lowest first. A conversation's system text stands under its prompt's, though its other settings stand over them.</summary>
    private static List<SettingsLayer> FromTheGround(DraftState state)
    {
        var layers = state.Layers.Where(layer => !ReferenceEquals(layer, state.Conversation)).Reverse().ToList();
        if (state.Conversation.System is null) return layers;
        var above = layers.FindIndex(layer => layer.Name is "prompt" or "agent" or "request" or "trigger");
        layers.Insert(above, state.Conversation);
        return layers;
    }

    /// <summary>What a trigger put in the place of all system text stands, as the conversation's, under that of its prompt from the next turn on.</summary>
    private static void WarnOfPrompt(TurnDraft draft, SourcedText? prompt, SourcedText? agent)
    {
        if (draft.State.Kept.System is not { Replace: true } || draft.Triggers.LastOrDefault(trigger => trigger is { Trigger: "system.set", Outcome: "applied", Sticky: true }) is not { } set) return;
        var above = agent is { Length: > 0 } ? "agent" : prompt is { Length: > 0 } ? "prompt" : null;
        if (above is not null) draft.Warn("system_under_prompt", $"This replaces the system text of the {above} in this turn only: from the next turn on the {above}'s is sent as well, for a conversation's system text stands under it. Say it with each turn, or change the {above}.", set.Span);
    }

    /// <summary>Only prompts and rules are templates; what somebody keeps for many conversations looks like one by mistake.</summary>
    private static void WarnOfPlaceholder(TurnDraft draft, SettingsLayer layer, string text)
    {
        if (layer.Name is not ("global" or "conversation") && !layer.Name.StartsWith("project:", StringComparison.Ordinal)) return;
        if (Placeholder().Match(text) is { Success: true } found) draft.Warn("placeholder_kept", $"The system text of {layer.Name} is no template: \"{found.Value}\" was sent as it stands. Say it in a prompt, or in a rule with the placement system.");
    }

    [GeneratedRegex(@"(?<!\\)\{\{[#~ ]*[A-Za-z_@][^{}\r\n]{0,60}\}\}")]
    private static partial Regex Placeholder();

    private static SourcedText With(SourcedText below, SourcedText said, bool replace, string source, TurnTrace trace)
    {
        var before = below.Length == 0 ? null : below.Text;
        var text = replace ? said : SourcedText.Joined([below, said]);
        trace.Record("system", before, text.Text, source);
        return text;
    }
}
