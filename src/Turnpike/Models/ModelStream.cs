using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Web;

namespace Turnpike.Models;

/// <summary>Door 6: the model answers, calling tools as it goes. It is asked once a step, until it asks for no more tools.</summary>
public sealed class ModelStream(ModelCatalog catalog, GuardedClient web, IOptions<ModelOptions> options, TimeProvider time, ILogger<ModelStream> logger)
{
    /// <summary>The model of a turn, and those that stand in for it.</summary>
    /// <exception cref="TurnException"><c>model_unknown</c>.</exception>
    public async ValueTask<(ChosenModel Model, IReadOnlyList<ChosenModel> Fallback)> ChooseAsync(string? name, IReadOnlyList<string> fallback, CancellationToken cancellationToken)
    {
        var model = await catalog.ChooseAsync(name ?? catalog.Default, cancellationToken);
        if (fallback.Count == 0) return (model, []);
        var others = new List<ChosenModel>(fallback.Count);
        foreach (var other in fallback) others.Add(await catalog.ChooseAsync(other, cancellationToken));
        return (model, others);
    }

    /// <summary>Puts the request together: what the layers say, as far as the model takes it.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c> when tools are offered to a model that calls none.</exception>
    public ModelRequest Fit(TurnDraft draft, ChosenModel model, IReadOnlyList<ChatMessage> messages, ref OfferedTools tools)
    {
        if (tools.All.Count > 0 && model.Info?.Tools == false && options.Value.LeaveToolsOut)
        {
            draft.Warn("tools_left_out", $"Model \"{model.Id}\" calls no tools; {string.Join(", ", tools.All.Select(tool => tool.Name))} left out.");
            tools = OfferedTools.None;
        }
        if (tools.All.Count > 0 && model.Info?.Tools == false)
            throw new TurnException(TurnErrorCode.ToolUnknown, $"Model \"{model.Id}\" calls no tools, and the turn offers {string.Join(", ", tools.All.Select(tool => tool.Name))}. Choose another model, or type @.tools.none; to offer none.") { Field = "tools" };
        var parameters = ModelFit.Of(draft, model.Info, tools);
        return new() { Model = model.Id, Messages = ShapedAnswer.Instruct(messages, parameters, model.Info), Tools = tools.Functions, Parameters = parameters };
    }

    /// <summary>A request that was changed when it was ready: again as far as the model takes it, with the tools that are left.</summary>
    public static (ModelRequest Request, OfferedTools Tools) Refit(TurnDraft draft, ChosenModel model, ModelRequest request, OfferedTools tools) => Refit(draft, model, request, tools, standsIn: false);

    /// <summary>The same for a model that may stand in.</summary>
    internal static (ModelRequest Request, OfferedTools Tools) Refit(TurnDraft draft, ChosenModel model, ModelRequest request, OfferedTools tools, bool standsIn) =>
        (request with { Parameters = ModelFit.Of(draft, request.Parameters, model.Info, standsIn) }, request.Tools.Count == tools.All.Count ? tools : tools.Only([.. request.Tools.Select(tool => tool.Name)]));

    /// <summary>Puts the request for a model that stands in together, as far as it takes it: a number that it does not take is left out, where a first model's would be refused.</summary>
    internal static ModelRequest FitStandIn(TurnDraft draft, ChosenModel model, IReadOnlyList<ChatMessage> messages, OfferedTools tools)
    {
        var parameters = ModelFit.Of(draft, model.Info, tools, standsIn: true);
        return new() { Model = model.Id, Messages = ShapedAnswer.Instruct(messages, parameters, model.Info), Tools = tools.Functions, Parameters = parameters };
    }

    /// <summary>Asks the model and tells what happens, in order. Whoever reads an event has kept it before the next one is made, so nothing acts before it is on record.</summary>
    /// <param name="turn">The turn, fresh or going on.</param>
    /// <param name="tools">Runs tool calls; whatever goes wrong is in their results.</param>
    /// <param name="attempted">Hears of each request to a provider when it has ended.</param>
    /// <param name="cancellationToken">Stops the model.</param>
    /// <exception cref="TurnException"><c>provider_…</c> or <c>timeout</c>, when no try led to a whole answer.</exception>
    /// <exception cref="OperationCanceledException">The turn was cancelled, or, when its token was not, ran longer than <see cref="ModelOptions.Turn"/>.</exception>
    public async IAsyncEnumerable<TurnEvent> AnswerAsync(ModelTurn turn, ToolCalling tools, Action<TurnAttempt> attempted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (turn.Answer is { } ours)
        {
            yield return new TextDelta { Text = ours };
            yield break;
        }
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        whole.CancelAfter(options.Value.Turn);
        var messages = turn.Request.Messages.ToList();
        var models = FittedModel.Of(turn);
        var mayRepair = true;
        var budget = new TurnBudget(turn, options.Value, time);
        var lastStep = turn.Request.Parameters.MaxSteps ?? options.Value.MaxSteps;
        var ids = new HashSet<string>(turn.Answers.Select(answered => answered.Call.CallId), StringComparer.Ordinal);
        var (estimated, inPlace) = (turn.Tokens, (IReadOnlyList<FunctionResultContent>)[]);
        if (turn.Answers.Count > 0)
        {
            var settled = new FunctionResultContent[turn.Answers.Count];
            var asksAgain = new List<string>();
            await foreach (var (index, result) in SettleAsync(turn.Answers, tools, whole.Token))
            {
                settled[index] = result;
                if (result.Result is AskedInput) asksAgain.Add(result.CallId);
                yield return ToolResults.Told(result);
            }
            if (asksAgain.Count > 0)
            {
                yield return new StepCompleted { Step = turn.Steps, FinishReason = "toolCalls", Waiting = asksAgain };
                yield break;
            }
            if (turn.Steps > 0 && Limit(turn.Steps, lastStep, budget) is { } reached)
            {
                yield return reached;
                yield break;
            }
            var (sent, left) = Sendable(settled);
            foreach (var told in left) yield return told;
            OpenStep.Complete(messages, sent, turn.Model.Info);
            if (turn.Steps == 0) inPlace = sent;
            estimated += Tokens(sent);
        }
        if (turn.Steps > 0) Release(models);
        var composed = turn.Composed ?? messages.Count;
        for (var (number, block) = (turn.Steps + 1, turn.Blocks); ; number++)
        {
            var step = new ModelStep(models, number, block, turn.Restart ?? options.Value.Restart, options.Value, time, turn.Exchanges, new(turn.Id, logger));
            var held = models.Any(IsHeld) ? new HeldText(id => IsHeld(models.First(fitted => fitted.Model.Id == id))) : null;
            var running = step.RunAsync(messages, composed, inPlace, estimated, attempt => attempted(attempt.Status == TurnStatus.Cancelled && whole.IsCancellationRequested && !cancellationToken.IsCancellationRequested ? attempt with { Status = TurnStatus.Failed, Error = TurnFailure.TooLong } : attempt), whole.Token);
            await foreach (var happened in held?.HoldAsync(running, whole.Token) ?? running)
            {
                budget.Note(happened);
                yield return happened;
            }
            block = step.Answered.NextBlock;
            var calls = Unique(step.Answered.Calls, ids);
            var shape = step.Answerer.Shape;
            if (held is { IsHolding: true })
            {
                foreach (var happened in held.Held) budget.Note(happened);
                var judged = calls.Count > 0 ? HeldAnswer.AsItIs(held) : HeldAnswer.Of(held, shape!, mayRepair && number < lastStep && budget.Over() is null && step.Answered.FinishReason is "stop" or "other");
                foreach (var happened in judged.Told) yield return happened;
                if (judged.Again is { } again)
                {
                    mayRepair = false;
                    yield return new StepCompleted { Step = number, FinishReason = step.Answered.FinishReason };
                    messages.AddRange([step.Answered.Message(), new(ChatRole.User, again)]);
                    continue;
                }
            }
            if (calls.Count == 0)
            {
                if (held is not { IsHolding: true } && shape is not null && HeldAnswer.Fault(step.Answered.Message(), shape) is { } unfit) yield return unfit;
                yield return new StepCompleted { Step = number, FinishReason = step.Answered.FinishReason };
                yield break;
            }

            messages.Add(step.Answered.Message());
            var round = new CallRound(calls, turn.Tools, tools, budget);
            foreach (var told in round.Tell(number)) yield return told;
            await foreach (var result in round.RunAsync(whole.Token)) yield return ToolResults.Told(result);
            yield return new StepCompleted { Step = number, FinishReason = "toolCalls", Waiting = round.Waiting };
            if (round.Waiting.Count > 0) yield break;
            var (results, missing) = Sendable(round.Results);
            foreach (var told in missing) yield return told;
            messages.Add(ToolParts.Readable(new(ChatRole.Tool, [.. results]), turn.Model.Info));
            if (Limit(number, lastStep, budget) is { } limit)
            {
                yield return limit;
                yield break;
            }
            Release(models);
            estimated += Tokens(results);
        }
    }

    /// <summary>Why the model, which asked for tools, is not asked again; null: it may be.</summary>
    private static WarningRaised? Limit(int steps, int lastStep, TurnBudget budget)
    {
        if (steps >= lastStep) return new() { Code = "step_limit", Message = $"The turn stopped after {steps} model calls, with the model asking for more tools. Raise \"maxSteps\" (1 to 128) to let it go on." };
        return budget.Over() is { } over ? new() { Code = "budget_limit", Message = $"The turn stopped with the model asking for more tools: {over}." } : null;
    }

    private static bool IsHeld(FittedModel model) => model.Shape is { IsHeld: true };

    private static void Release(IReadOnlyList<FittedModel> models)
    {
        foreach (var model in models) model.Release();
    }

    /// <summary>The results of answered calls. Those that were brought along are told before any tool runs: a turn that is cut off meanwhile has told them.</summary>
    private static async IAsyncEnumerable<(int Index, FunctionResultContent Result)> SettleAsync(IReadOnlyList<AnsweredCall> answers, ToolCalling tools, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var running = new List<(AnsweredCall Answered, int Index)>();
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i].Runs) running.Add((answers[i], i));
            else yield return (i, await tools.Settle(answers[i], cancellationToken));
        }
        await foreach (var (at, result) in SideBySide(running, (one, stop) => tools.Settle(one.Answered, stop), tools.Parallel, cancellationToken)) yield return (running[at].Index, result);
    }

    /// <summary>Does the same with many, a few at once, and tells each result as it comes. What still runs when nobody listens any more is cancelled.</summary>
    internal static async IAsyncEnumerable<(int Index, FunctionResultContent Result)> SideBySide<T>(IReadOnlyList<T> calls, Func<T, CancellationToken, Task<FunctionResultContent>> run, int parallel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var gate = new SemaphoreSlim(parallel); // not disposed: what was cancelled may leave it later
        var running = calls.Select(async (call, index) =>
        {
            await gate.WaitAsync(stop.Token);
            try
            {
                return (index, await run(call, stop.Token));
            }
            finally
            {
                gate.Release();
            }
        }).ToArray();
        try
        {
            await foreach (var done in Task.WhenEach(running)) yield return await done;
        }
        finally
        {
            var all = Task.WhenAll(running);
            if (!all.IsCompleted) await stop.CancelAsync();
            _ = all.ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default); // nobody else sees it
        }
    }

    /// <summary>Results as they are sent, for a tool may give the address of a private network as well as anybody, and what is told of them.</summary>
    private (IReadOnlyList<FunctionResultContent> Sent, IReadOnlyList<WarningRaised> Told) Sendable(IEnumerable<FunctionResultContent> results)
    {
        var told = new List<WarningRaised>();
        var sent = MediaAddresses.Without(web, new(ChatRole.Tool, [.. results]), why => told.Add(new() { Code = "address_left_out", Message = $"A picture or file in a tool's result is not sent: {why}" }));
        return ([.. sent.Contents.OfType<FunctionResultContent>()], told);
    }

    private static long Tokens(IEnumerable<FunctionResultContent> results) => results.Sum(result => ToolParts.Tokens(result.Result));

    /// <summary>The calls with ids that no other call of the turn has.</summary>
    private static List<FunctionCallContent> Unique(List<FunctionCallContent> calls, HashSet<string> ids)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            var id = calls[i].CallId;
            for (var n = 2; !ids.Add(id); n++) id = $"{calls[i].CallId}_{n}";
            if (id != calls[i].CallId) calls[i] = new(id, calls[i].Name, calls[i].Arguments) { AdditionalProperties = calls[i].AdditionalProperties };
        }
        return calls;
    }
}
