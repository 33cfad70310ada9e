using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Tools;

/// <summary>Runs one tool call: with a deadline, and so that whatever goes wrong is told to the model instead of ending the turn.</summary>
public sealed partial class ToolCaller(IServiceProvider services, IOptions<ToolOptions> options, ILogger<ToolCaller> logger)
{
    /// <summary>The most calls of one step that run at once.</summary>
    public int Parallel => options.Value.Parallel;

    /// <summary>Calls a tool. Throws only when the turn itself is cancelled.</summary>
    public async Task<FunctionResultContent> CallAsync(OfferedTools offered, FunctionCallContent call, CancellationToken cancellationToken)
    {
        if (offered.Find(call.Name) is not { } tool)
            return ToolValues.Error(call.CallId, $"There is no tool \"{call.Name}\".{Nearest.Hint(call.Name, offered.All.Select(known => known.Function.Name))} The tools are: {string.Join(", ", offered.All.Select(known => known.Function.Name))}.");
        if (ToolValues.Raw(call) is { } raw)
            return ToolValues.Error(call.CallId, $"The arguments of \"{call.Name}\" are not a JSON object: {(raw.Length > 200 ? raw[..200] + "…" : raw)}");

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.Value.Timeout);
        try
        {
            var result = await tool.Function.InvokeAsync(new AIFunctionArguments(call.Arguments) { Services = services }, deadline.Token).AsTask().WaitAsync(deadline.Token);
            return new(call.CallId, Bounded(result));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return ToolValues.Error(call.CallId, $"\"{call.Name}\" did not answer within {options.Value.Timeout.TotalSeconds:0.#} s.");
        }
        catch (Exception error)
        {
            Failed(tool.Name, call.CallId, error);
            return ToolValues.Error(call.CallId, $"\"{call.Name}\" failed: {error.Message}");
        }
    }

    private object? Bounded(object? result)
    {
        var limit = options.Value.ResultLength;
        var text = result switch
        {
            string plain => plain,
            JsonElement { ValueKind: JsonValueKind.String } quoted => quoted.GetString()!,
            JsonElement element => element.GetRawText(),
            _ => null,
        };
        return text is null || text.Length <= limit ? result : $"{text[..limit]}\n[cut: {text.Length - limit} of {text.Length} characters left out]";
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tool {Tool} failed in call {Call}")]
    private partial void Failed(string tool, string call, Exception error);
}
