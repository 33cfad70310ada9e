using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Models;

/// <summary>Fits parameters to what a model takes: what it is known not to take is dropped with a warning.</summary>
internal static class ModelFit
{
    public static TurnParameters Of(TurnDraft draft, ModelInfo? model, bool hasTools) => Choosable(draft, Of(draft, draft.Parameters, model), hasTools);

    public static TurnParameters Of(TurnDraft draft, TurnParameters parameters, ModelInfo? model) => Of(parameters, model, dropped =>
    {
        draft.Warn(DroppedParameter.Code, dropped.Message(model!.Id));
        draft.Trace.Record("parameters." + dropped.Path, dropped.Value, null, "model:" + model.Id);
    });

    /// <summary>The parameters that a model takes, of a turn that has no draft any more.</summary>
    public static TurnParameters Of(TurnParameters parameters, ModelInfo? model, Action<DroppedParameter> dropped)
    {
        if (model?.Parameters is not { } taken) return parameters;
        foreach (var parameter in ParameterTable.All)
        {
            if (parameter.Of(parameters) is not { } value || parameter.Name is "maxSteps" or "budget" or "providerOptions" or "responseFormat" || taken.Contains(parameter.Name)) continue;
            parameters = parameter.With(parameters, null);
            dropped(new(parameter.Name, parameter.Name, value));
        }
        return VendorMembers.Fit(parameters, taken, dropped);
    }

    /// <summary>A call can be forced only where there is something to call.</summary>
    private static TurnParameters Choosable(TurnDraft draft, TurnParameters parameters, bool hasTools)
    {
        if (hasTools || parameters.ToolChoice is null or "auto" or "none") return parameters;
        draft.Warn("tool_choice_dropped", $"\"toolChoice\" is \"{parameters.ToolChoice}\", and the turn offers no tools: no call was forced. Offer one, for instance with @.tools.activate name;.");
        draft.Trace.Record("parameters.toolChoice", parameters.ToolChoice, null, "tools");
        return parameters with { ToolChoice = null };
    }
}
