using System.Globalization;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Models;

/// <summary>Fits parameters to what a model takes: what it is known not to take is dropped with a warning.</summary>
internal static class ModelFit
{
    private static readonly Dictionary<string, ParameterRange> NoRanges = [];

    public static TurnParameters Of(TurnDraft draft, ModelInfo? model, OfferedTools tools, bool standsIn = false) => Choosable(draft, Of(draft, Searching(draft, draft.Parameters, model, tools), model, standsIn), tools);

    /// <exception cref="TurnException"><c>parameter_invalid</c>: a number that the model, which nobody had to fall back on, is known not to take.</exception>
    public static TurnParameters Of(TurnDraft draft, TurnParameters parameters, ModelInfo? model, bool standsIn = false)
    {
        parameters = OwnMembers.Without(parameters, (name, value) =>
        {
            draft.Warn(DroppedParameter.Code, OwnMembers.LeftOut(name));
            draft.Trace.Record("parameters.providerOptions." + name, value, null, "model");
        });
        return Of(parameters, model, dropped =>
        {
            if (dropped.Range is { } range && !standsIn) throw new TurnException(TurnErrorCode.ParameterInvalid, string.Create(CultureInfo.InvariantCulture, $"Parameter \"{dropped.Name}\" is {dropped.Value}; model \"{model!.Id}\" takes it {range.Words}. Give a number that fits, or choose another model.")) { Field = "parameters." + dropped.Name };
            draft.Warn(DroppedParameter.Code, dropped.Message(model!.Id));
            draft.Trace.Record("parameters." + dropped.Path, dropped.Value, null, "model:" + model.Id);
        });
    }

    /// <summary>The parameters that a model takes, of a turn that has no draft any more.</summary>
    public static TurnParameters Of(TurnParameters parameters, ModelInfo? model, Action<DroppedParameter> dropped)
    {
        foreach (var (name, range) in model?.Ranges ?? NoRanges)
        {
            if (ParameterTable.Find(name) is not { } limited || limited.Of(parameters) is not { } number || range.Takes(number) || model!.Parameters?.Contains(limited.Name) == false) continue;
            parameters = limited.With(parameters, null);
            dropped(new(limited.Name, limited.Name, number) { Range = range });
        }
        if (model?.Parameters is not { } taken) return parameters;
        foreach (var parameter in ParameterTable.All)
        {
            if (parameter.Of(parameters) is not { } value || parameter.Name is "maxSteps" or "budget" or "providerOptions" or "responseFormat" || taken.Contains(parameter.Name)) continue;
            parameters = parameter.With(parameters, null);
            dropped(new(parameter.Name, parameter.Name, value));
        }
        return VendorMembers.Fit(parameters, taken, dropped);
    }

    /// <summary>The wish to search the web has come true where the tool for it is offered. Where nobody knows whether the model searches itself, it is asked to all the same.</summary>
    private static TurnParameters Searching(TurnDraft draft, TurnParameters parameters, ModelInfo? model, OfferedTools tools)
    {
        if (parameters.WebSearch != true) return parameters;
        var isOffered = SearchTool.IsNeeded(parameters, model) && SearchTool.IsAmong(tools.All);
        if (SearchTool.IsUncertain(model))
        {
            if (!isOffered) draft.Warn("search_unavailable", $"Nobody knows whether the model searches the web itself, and it is offered no tool \"{SearchTool.Name}\"; it was asked to search all the same.");
            return parameters;
        }
        if (!isOffered) return parameters;
        draft.Trace.Record("parameters.webSearch", true, null, "tools");
        return parameters with { WebSearch = null };
    }

    /// <summary>A call can be forced only where there is something to call; the tool is called by the name that it is offered under.</summary>
    private static TurnParameters Choosable(TurnDraft draft, TurnParameters parameters, OfferedTools tools)
    {
        if (parameters.ToolChoice is not { } choice || choice is "auto" or "none" || (tools.All.Count > 0 && choice is "required")) return parameters;
        if (ToolGlob.Meant(choice, tools.All) is { Length: > 0 } meant)
        {
            if (meant is not [var tool] || tool.Name == choice) return parameters;
            draft.Trace.Record("parameters.toolChoice", choice, tool.Name, "tools");
            return parameters with { ToolChoice = tool.Name };
        }
        draft.Warn("tool_choice_dropped", $"\"toolChoice\" is \"{choice}\", and the turn offers no {(tools.All.Count == 0 ? "tools" : "such tool")}: no call was forced. Offer one, for instance with the trigger tools.activate.");
        draft.Trace.Record("parameters.toolChoice", parameters.ToolChoice, null, "tools");
        return parameters with { ToolChoice = null };
    }
}
