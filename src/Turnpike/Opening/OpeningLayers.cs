using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;

namespace Turnpike.Opening;

/// <summary>Makes layers of what a request, a conversation, a prompt and the options say.</summary>
internal static class OpeningLayers
{
    public static SettingsLayer Request(TurnRequest request) => new()
    {
        Name = "request",
        Model = request.Model,
        Parameters = request.Parameters ?? TurnParameters.None,
        Tools = request.ClientTools.Count == 0 ? request.ToolSelection : request.ToolSelection.Activate([.. request.ClientTools.Select(tool => tool.Name)]),
        Rules = NameSelection.Adding(request.Rules),
        Variables = request.Variables,
        System = request.System is { } system ? new(system.Text, system.Mode == SystemMode.Replace) : null,
    };

    public static SettingsLayer Conversation(Conversation conversation) => new()
    {
        Name = "conversation",
        Model = conversation.Model,
        Parameters = conversation.Parameters ?? TurnParameters.None,
        Tools = conversation.Tools,
        Rules = conversation.Rules,
        Variables = conversation.Variables,
        System = conversation.System is { } system ? new(system.Text, system.Mode == ProjectSystemMode.Replace) : null,
    };

    public static IReadOnlyList<SettingsLayer> Below(ResolvedPrompt? prompt, IReadOnlyList<SettingsLayer> shared) => prompt is null ? shared : [PromptLayer.Of(prompt.Prompt, "prompt"), .. shared];

    /// <summary>A layer below the prompt as a transparent turn sees it: its model, parameters and variables only.</summary>
    public static SettingsLayer Transparent(SettingsLayer layer) => layer with { System = null, Rules = NameSelection.None, Tools = NameSelection.None };

    /// <summary>The trace shows where each setting that the turn starts with comes from.</summary>
    public static void Record(TurnTrace trace, DraftState state, ResolvedPrompt? prompt)
    {
        if (prompt is not null) trace.Record("prompt", null, prompt.Name, "request");
        var below = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var layer in state.Layers.Reverse())
        {
            if (layer.Model is { } model) Over("model", model, layer.Name);
            if (!layer.Tools.IsEmpty) trace.Record("tools", null, layer.Tools.ToString(), layer.Name);
            if (!layer.Rules.IsEmpty) trace.Record("rules", null, layer.Rules.ToString(), layer.Name);
            if (layer.Parameters == TurnParameters.None) continue;
            foreach (var parameter in ParameterTable.All)
            {
                if (parameter.Of(layer.Parameters) is { } value) Over("parameters." + parameter.Name, value, layer.Name);
            }
        }

        void Over(string path, object value, string source)
        {
            trace.Record(path, below.GetValueOrDefault(path), value, source);
            below[path] = value;
        }
    }
}
