using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Calls;

/// <summary>What door 6 asks of door 5's people when the model calls tools. Whatever goes wrong is in the results; only the end of the turn throws.</summary>
public sealed class ToolCalling
{
    /// <summary>The most calls that run at once.</summary>
    public required int Parallel { get; init; }
    /// <summary>Why a call cannot be made: no such tool, half JSON, arguments that do not fit; null: it can.</summary>
    public required Func<FunctionCallContent, FunctionResultContent?> Refuse { get; init; }
    /// <summary>Runs a call.</summary>
    public required Func<FunctionCallContent, CancellationToken, Task<FunctionResultContent>> Run { get; init; }
    /// <summary>Settles a call that waited: its result, after running it if it was approved.</summary>
    public required Func<AnsweredCall, CancellationToken, Task<FunctionResultContent>> Settle { get; init; }
}
