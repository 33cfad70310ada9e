using Turnpike.Conversations;
using Turnpike.Models;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Pipeline;

// The stations once more for a model that stands in: what was composed for the first may be too much for it, or less than it takes.
public sealed partial class TurnPipeline
{
    /// <summary>Composes a turn that runs for the models that stand in, and keeps what each is sent before it is asked.</summary>
    private Func<ChosenModel, CancellationToken, ValueTask<StandIn?>> StandingIn(PreparedTurn first, TurnRecording recording)
    {
        var made = new List<ModelRequest>();
        return async (model, cancellationToken) =>
        {
            var (draft, told) = (first.Draft, first.Draft.Warnings.Count);
            try
            {
                var composed = draft.Request.Sent is { } sent ? await RepeatAsync(first, sent, model, cancellationToken) : await ComposeAsync(first, model, cancellationToken);
                if (composed is not var (request, tools)) return null;
                made.Add(request);
                await conversations.KeepRequestAsync(recording, first.Request with { StandIns = [.. made] });
                return new(request, tools, calibration.Of(model.Id, TokenEstimate.Of(request)), draft.TakeWarnings(told));
            }
            finally
            {
                draft.TakeWarnings(told);
                draft.Trace.Return("models");
            }
        };
    }

    /// <summary>What the first was sent, written for another model: with its window, and with what it reads and takes. The resources are those of the first, and so are the tools, for their calls are known under the names that it was told.</summary>
    private async Task<(ModelRequest Request, OfferedTools Tools)?> ComposeAsync(PreparedTurn first, ChosenModel model, CancellationToken cancellationToken)
    {
        var draft = first.Draft;
        draft.Trace.Enter("messages");
        draft.Trace.Record("model", first.Model.Id, model.Id, "fallback");
        var (info, tools) = (model.Info ?? new() { Id = model.Id, Provider = "" }, model.Info?.Tools == false ? OfferedTools.None : first.Tools);
        var written = await messages.WriteAsync(draft, info, first.Resources, cancellationToken);
        var built = await messages.BuildAsync(draft, model.Info, written, tools.TokensFor(model.Info), cancellationToken);
        draft.Trace.Enter("tools");
        var fitted = ModelStream.FitStandIn(draft, model, built.Messages, tools);
        if (tools.All.Count < first.Tools.All.Count) draft.Warn("tools_left_out", $"Model \"{model.Id}\", which stands in, calls no tools; {string.Join(", ", first.Tools.All.Select(tool => tool.Name))} left out.");
        var ready = await middleware.BeforeStartAsync(draft, fitted, cancellationToken);
        draft.Trace.Tell(built.SourcesOf(fitted).Of(ready.Messages, draft.Trace.Secrets));
        return ReferenceEquals(ready, fitted) ? (ready, tools) : ModelStream.Refit(draft, model, ready, tools, standsIn: true);
    }

    /// <summary>What a model that stands in was sent when the turn was tried before; null: it was not asked.</summary>
    private async Task<(ModelRequest Request, OfferedTools Tools)?> RepeatAsync(PreparedTurn first, ModelRequest sent, ChosenModel model, CancellationToken cancellationToken)
    {
        if (Sent(sent, model, first.Tools) is not { } own) return null;
        var again = own.Request with { Tools = own.Tools.Functions };
        var ready = await middleware.BeforeStartAsync(first.Draft, again, cancellationToken);
        return ReferenceEquals(ready, again) ? (ready, own.Tools) : ModelStream.Refit(first.Draft, model, ready, own.Tools, standsIn: true);
    }

    /// <summary>What a model that stands in was sent before, when the turn or one that it repeats asked it; null: it was not asked.</summary>
    private StandIn? Sent(ModelRequest sent, ChosenModel model, OfferedTools tools)
    {
        if (sent.StandIns?.FirstOrDefault(request => request.Model == model.Id) is not { } own) return null;
        return new(own, own.Tools.Count == tools.All.Count ? tools : tools.Only([.. own.Tools.Select(tool => tool.Name)]), calibration.Of(model.Id, TokenEstimate.Of(own)), []);
    }
}
