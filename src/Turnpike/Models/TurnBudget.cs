using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Models;

/// <summary>What a turn may use before it is stopped between two model calls: tool calls, tokens, money, time. The smaller of what its parameters and the options say.</summary>
internal sealed class TurnBudget(ModelTurn turn, ModelOptions options, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly int? _calls = (int?)Least(Number(turn.Request.Parameters, "calls"), options.MaxCalls);
    private readonly decimal? _tokens = Least(Number(turn.Request.Parameters, "tokens"), options.MaxTokens);
    private readonly decimal? _cost = Least(Number(turn.Request.Parameters, "cost"), options.MaxCost);
    private readonly decimal? _seconds = Number(turn.Request.Parameters, "seconds");
    private int _called = turn.Calls;
    private bool _refused;
    private decimal _used = turn.Used.InputTokens + turn.Used.OutputTokens;
    private decimal _paid = turn.Cost?.Amount ?? 0;

    /// <summary>Takes note of what was used.</summary>
    public void Note(TurnEvent happened)
    {
        if (happened is not UsageReported reported) return;
        _used += reported.Usage.InputTokens + reported.Usage.OutputTokens;
        _paid += reported.Cost?.Amount ?? 0;
    }

    /// <summary>Takes one tool call from the budget; false when there is none left.</summary>
    public bool TakeCall()
    {
        if (_calls is not { } most || _called < most) return ++_called > 0;
        _refused = true;
        return false;
    }

    /// <summary>What is told to the model of a call that the budget does not cover.</summary>
    public string CallRefused => $"The turn may make {_calls} tool calls, and has made them. This one was not made.";

    /// <summary>Why the model may not be asked again; null: it may.</summary>
    public string? Over()
    {
        if (_refused || _called > _calls) return $"its {_calls} tool calls are made (budget.calls)";
        if (_tokens is { } tokens && _used >= tokens) return $"it has used {_used:0} of {tokens:0} tokens (budget.tokens)";
        if (_cost is { } cost && _paid >= cost) return FormattableString.Invariant($"it has cost {_paid} of {cost} (budget.cost)");
        if (_seconds is { } seconds && (turn.Ran + time.GetElapsedTime(_began)).TotalSeconds >= (double)seconds) return FormattableString.Invariant($"its {seconds} s are over (budget.seconds)");
        return null;
    }

    /// <summary>A limit of the parameters. One that a program made holds the number as it was given; one that was read holds JSON.</summary>
    private static decimal? Number(TurnParameters parameters, string name) => parameters.Budget?[name] is not JsonValue value || value.GetValueKind() != JsonValueKind.Number ? null
        : value.TryGetValue<decimal>(out var amount) || JsonElement.Parse(value.ToJsonString()).TryGetDecimal(out amount) ? amount : null;

    private static decimal? Least(decimal? one, decimal? other) => one is null ? other : other is null ? one : Math.Min(one.Value, other.Value);
}
