using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Turnpike.Turns.Events;

namespace Turnpike.Models;

/// <summary>Holds back what a step says, from its first word on, until somebody knows whether it may be told. What a broken step had said is told.</summary>
/// <param name="isHeld">Whether the answer of a model is held back.</param>
internal sealed class HeldText(Func<string, bool> isHeld)
{
    private readonly List<TurnEvent> _held = [];

    /// <summary>Whether the model that was asked last is one whose answer is held back.</summary>
    public bool IsHolding { get; private set; }

    /// <summary>What is held back.</summary>
    public IReadOnlyList<TurnEvent> Held => _held;

    /// <summary>The text that is held back.</summary>
    public string Text => string.Concat(_held.OfType<TextDelta>().Select(delta => delta.Text));

    /// <summary>Whether the model refused to answer.</summary>
    public bool IsRefusal => _held.OfType<TextDelta>().Any(delta => delta.Refusal);

    /// <summary>Passes on what comes before the first word.</summary>
    public async IAsyncEnumerable<TurnEvent> HoldAsync(IAsyncEnumerable<TurnEvent> step, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Exception? broken = null;
        await using var events = step.GetAsyncEnumerator(cancellationToken);
        while (broken is null)
        {
            try
            {
                if (!await events.MoveNextAsync()) break;
            }
            catch (Exception error)
            {
                broken = error;
                continue;
            }
            if (events.Current is StepStarted started)
            {
                _held.RemoveAll(happened => happened is TextDelta or ReasoningDelta); // it begins anew
                IsHolding = isHeld(started.Model);
            }
            if (!IsHolding)
            {
                foreach (var left in _held) yield return left;
                _held.Clear();
            }
            if (IsHolding && (_held.Count > 0 || events.Current is TextDelta)) _held.Add(events.Current);
            else yield return events.Current;
        }
        if (broken is null) yield break;
        foreach (var said in _held) yield return said;
        ExceptionDispatchInfo.Throw(broken);
    }

    /// <summary>What is held back with another text in the place of its own.</summary>
    public IEnumerable<TurnEvent> With(string text)
    {
        if (text == Text) return _held;
        var first = _held.OfType<TextDelta>().First();
        return _held.Where(happened => happened is not TextDelta || ReferenceEquals(happened, first)).Select(happened => ReferenceEquals(happened, first) ? first with { Text = text } : happened);
    }

    /// <summary>What is held back without its text.</summary>
    public IEnumerable<TurnEvent> WithoutText() => _held.Where(happened => happened is not (TextDelta or ReasoningDelta));
}
