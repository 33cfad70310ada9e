using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Stores;

/// <summary>What attempts used, added up: of turns that are there, which count once each, and of others that are only counted.</summary>
internal sealed class UsageSum
{
    private readonly HashSet<string> _turns = new(StringComparer.Ordinal), _failed = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, decimal> _cost = new(StringComparer.Ordinal);
    private long _counted, _countedFailed, _attempts, _input, _cached, _output, _reasoning, _estimated, _unpriced, _firsts;
    private double _milliseconds, _toFirst;

    /// <summary>Counts a turn that will not be there to be told from others.</summary>
    public void Count(Turn turn)
    {
        _counted++;
        if (turn.Status == TurnStatus.Failed) _countedFailed++;
    }

    /// <summary>Adds an attempt.</summary>
    /// <param name="turn">Its turn, which counts; null: none, or one that is counted.</param>
    /// <param name="attempt">The attempt.</param>
    public void Add(Turn? turn, TurnAttempt attempt)
    {
        if (turn is not null) _turns.Add(turn.Id);
        if (turn is { Status: TurnStatus.Failed }) _failed.Add(turn.Id);
        _attempts++;
        _input += Believed(attempt.Usage?.InputTokens);
        _cached += Believed(attempt.Usage?.CachedTokens);
        _output += Believed(attempt.Usage?.OutputTokens);
        _reasoning += Believed(attempt.Usage?.ReasoningTokens);
        if (attempt.Usage is { Estimated: true }) _estimated++;
        if (attempt.Cost is { } cost) _cost[cost.Currency] = _cost.GetValueOrDefault(cost.Currency) + cost.Amount;
        else if (attempt.Usage is not null) _unpriced++;
        _milliseconds += attempt.Milliseconds;
        if (attempt.TimeToFirstToken is not { } first) return;
        _toFirst += first;
        _firsts++;
    }

    /// <summary>Adds another sum, of other turns.</summary>
    public void Add(UsageSum other)
    {
        _counted += other._turns.Count + other._counted;
        _countedFailed += other._failed.Count + other._countedFailed;
        _attempts += other._attempts;
        _input += other._input;
        _cached += other._cached;
        _output += other._output;
        _reasoning += other._reasoning;
        _estimated += other._estimated;
        _unpriced += other._unpriced;
        foreach (var (currency, amount) in other._cost) _cost[currency] = _cost.GetValueOrDefault(currency) + amount;
        _milliseconds += other._milliseconds;
        _toFirst += other._toFirst;
        _firsts += other._firsts;
    }

    /// <summary>The sum as a row that says nothing of what it is the sum of.</summary>
    public UsageRow Row() => new()
    {
        Turns = _turns.Count + _counted,
        Failed = _failed.Count + _countedFailed,
        Attempts = _attempts,
        InputTokens = _input,
        CachedTokens = _cached,
        OutputTokens = _output,
        ReasoningTokens = _reasoning,
        Estimated = _estimated,
        Cost = [.. _cost.Select(cost => new TurnCost(cost.Value, cost.Key))],
        Unpriced = _unpriced,
        Milliseconds = _attempts == 0 ? 0 : _milliseconds / _attempts,
        TimeToFirstToken = _firsts == 0 ? null : _toFirst / _firsts,
    };

    /// <summary>What was imported may say what no model uses; the sum still has to fit.</summary>
    private static long Believed(long? tokens) => Math.Clamp(tokens ?? 0, 0, TokenCounts.Most);
}
