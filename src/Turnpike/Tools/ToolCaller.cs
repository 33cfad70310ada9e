using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Tools;

/// <summary>Runs tool calls: with a deadline each, and so that whatever goes wrong is told to the model instead of ending the turn.</summary>
public sealed partial class ToolCaller(IServiceProvider services, IOpenCallStore open, TimeProvider time, IOptions<ToolOptions> options, ILogger<ToolCaller> logger)
{
    private const int MostFaults = 5;

    /// <summary>What door 6 needs to call the tools of a turn.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="handedOver">Whether the answered calls are of an earlier turn, so that another turn may have run them before.</param>
    public ToolCalling For(ModelTurn turn, bool handedOver)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return new()
        {
            Parallel = options.Value.Parallel,
            Refuse = call => Refuse(turn.Tools, call),
            Run = (call, stop) => CallAsync(turn.Tools, call, turn.Caller, turn.AsksInput ? new InputExchange() : null, stop),
            Settle = (answered, stop) => SettleAsync(turn, answered, handedOver, stop),
        };
    }

    /// <summary>Calls a tool for no turn, where nobody can be asked for input. Throws only when the call itself is cancelled.</summary>
    public Task<FunctionResultContent> CallAsync(OfferedTools offered, FunctionCallContent call, CancellationToken cancellationToken) => CallAsync(offered, call, null, null, cancellationToken);

    private async Task<FunctionResultContent> CallAsync(OfferedTools offered, FunctionCallContent call, CallingTurn? caller, InputExchange? input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(offered);
        ArgumentNullException.ThrowIfNull(call);
        if (Refuse(offered, call) is { } refused) return refused;
        var tool = offered.Find(call.Name)!;
        var timeout = TimeoutOf(tool);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            var result = await InvokeAsync(tool.Function, Arguments(call, caller, input), deadline.Token).WaitAsync(deadline.Token);
            if (result is AskedInput asked) return input is null ? ToolValues.Error(call.CallId, $"\"{call.Name}\" failed: It asks for input, and nobody can be asked here.") : new(call.CallId, asked);
            if (result is not FunctionResultContent whole) return new(call.CallId, Bounded(result));
            return ToolValues.IsError(whole) && whole is { Exception: null, Result: string said } ? Failure(tool, call, "it says so", said) : Bounded(call.CallId, whole);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return ToolValues.Error(call.CallId, FormattableString.Invariant($"\"{call.Name}\" did not answer within {timeout.TotalSeconds:0.#} s."));
        }
        catch (Exception error)
        {
            return Failure(tool, call, error.GetType().Name, error.Message, error);
        }
    }

    /// <summary>Calls it within services of its own, which last as long as it runs: also past its deadline.</summary>
    private async Task<object?> InvokeAsync(AIFunction function, AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        arguments.Services = scope.ServiceProvider;
        return await function.InvokeAsync(arguments, cancellationToken);
    }

    /// <summary>Tells the model what went wrong. The log hears only of what kind it was: tools repeat what people wrote.</summary>
    private FunctionResultContent Failure(KnownTool tool, FunctionCallContent call, string kind, string said, Exception? error = null)
    {
        var (id, line) = (call.CallId.ReplaceLineEndings(" "), said.ReplaceLineEndings(" ")); // models name their calls
        Failed(tool.Name, id, kind);
        FailedSaying(tool.Name, id, line, error);
        return ToolValues.Error(call.CallId, $"\"{call.Name}\" failed: {Bounded(said)}");
    }

    private static AIFunctionArguments Arguments(FunctionCallContent call, CallingTurn? caller, InputExchange? input)
    {
        var context = new Dictionary<object, object?>();
        if (caller is not null) context[CallingTurn.Key] = caller;
        if (input is not null) context[InputExchange.Key] = input;
        return new(call.Arguments) { Context = context.Count == 0 ? null : context };
    }

    private static FunctionResultContent? Refuse(OfferedTools offered, FunctionCallContent call)
    {
        if (offered.Find(call.Name) is not { } tool)
            return ToolValues.Error(call.CallId, $"There is no tool \"{call.Name}\".{Nearest.Hint(call.Name, offered.All.Select(known => known.Function.Name))} The tools are: {string.Join(", ", offered.All.Select(known => known.Function.Name))}.");
        if (ToolValues.Raw(call) is { } raw)
            return ToolValues.Error(call.CallId, $"The arguments of \"{call.Name}\" are not a JSON object: {(raw.Length > 200 ? raw[..200] + "…" : raw)}");
        if (tool.Function.JsonSchema is not { ValueKind: JsonValueKind.Object } schema) return null;
        using var arguments = JsonDocument.Parse(ToolValues.ArgumentsText(call));
        var faults = JsonSchemaCheck.Check(schema, arguments.RootElement);
        if (faults.Count == 0) return null;
        return ToolValues.Error(call.CallId, $"The arguments of \"{call.Name}\" do not fit its schema: {string.Join("; ", faults.Take(MostFaults).Select(fault => fault.Path.Length == 0 ? $"the arguments {fault.Message}" : $"{fault.Path} {fault.Message}"))}.");
    }

    /// <summary>The result of a call that waited. An approved call of an earlier turn runs once, whatever happens: run before, its result is taken over; cut off before, nobody knows.</summary>
    private async Task<FunctionResultContent> SettleAsync(ModelTurn by, AnsweredCall answered, bool handedOver, CancellationToken cancellationToken)
    {
        var ((turn, call, answer), offered) = (answered, by.Tools);
        if (call.Kind == OpenCall.Client) return ToolResults.OfClient(answer, call.Name);
        var name = call.Tool is { } chosen ? offered.All.FirstOrDefault(tool => tool.Name == chosen)?.Function.Name ?? chosen : call.Name; // the model's name for it may be another tool's now
        var asked = ToolValues.Call(call.CallId, name, TurnFold.Arguments(call.Arguments));
        if (call.Input is { } input) return await CallAsync(offered, asked, by.Caller, InputExchange.Of(input, answer), cancellationToken);
        if (answer.Approved != true) return ToolResults.Denied(call.CallId, call.Name, answer.Reason);
        if (!handedOver) return await CallAsync(offered, asked, by.Caller, by.AsksInput ? new InputExchange() : null, cancellationToken);

        var beginning = await open.BeginAsync(turn, answer, time.GetUtcNow(), cancellationToken);
        if (beginning.Recorded is { } recorded) return ToolResults.Of((Turns.Events.ToolResult)Read(recorded));
        if (!beginning.MayRun && offered.Find(name)?.IsIdempotent != true) return ToolValues.Error(call.CallId, ToolResults.OutcomeUnknown);
        var result = await CallAsync(offered, asked, by.Caller, null, cancellationToken);
        await open.FinishAsync(turn, call.CallId, Written(result), CancellationToken.None);
        return result;
    }

    private static JsonElement Written(FunctionResultContent result)
    {
        var payload = new System.Buffers.ArrayBufferWriter<byte>();
        TurnEventJson.WritePayload(payload, ToolResults.Event(result));
        return JsonElement.Parse(payload.WrittenSpan, JsonElements.Kept);
    }

    private static Turns.Events.TurnEvent Read(JsonElement recorded) => TurnEventJson.Read("tool.result", System.Text.Encoding.UTF8.GetBytes(recorded.GetRawText()), default);

    private TimeSpan TimeoutOf(KnownTool tool)
    {
        var said = options.Value.Timeouts.Where(entry => ToolGlob.Fits(entry.Key, tool)).OrderByDescending(entry => ToolGlob.Exactness(entry.Key, tool)).ThenBy(entry => entry.Value).Select(entry => (TimeSpan?)entry.Value).FirstOrDefault();
        return said ?? options.Value.Timeout;
    }

    private FunctionResultContent Bounded(string callId, FunctionResultContent result)
    {
        var bounded = new FunctionResultContent(callId, Bounded(result.Result)) { Exception = result.Exception, AdditionalProperties = result.AdditionalProperties };
        return bounded;
    }

    private object? Bounded(object? result)
    {
        if (ToolParts.Of(result) is { } parts) return parts.All(part => part is TextContent) ? Bounded(ToolParts.Text(parts)) : ToolResultBounds.Of(parts, options.Value);
        var limit = options.Value.ResultLength;
        result = ToolValues.KeepableResult(result);
        var text = result switch
        {
            string plain => plain,
            JsonElement { ValueKind: JsonValueKind.String } quoted => quoted.GetString()!,
            JsonElement element => element.GetRawText(),
            _ => null,
        };
        return text is null || text.Length <= limit ? result : ToolResultBounds.Cut(text, limit);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tool {Tool} failed in call {Call}: {Kind}")]
    private partial void Failed(string tool, string call, string kind);

    [LoggerMessage(Level = LogLevel.Trace, Message = "Tool {Tool} failed in call {Call}, saying: {Said}")]
    private partial void FailedSaying(string tool, string call, string said, Exception? error);
}
