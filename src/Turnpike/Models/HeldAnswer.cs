using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Models;

/// <summary>What is told of an answer that was held back, and what the model is told if it must answer again.</summary>
/// <param name="Told">The events.</param>
/// <param name="Again">What the model is told; null: the answer stands.</param>
internal sealed record HeldAnswer(IEnumerable<TurnEvent> Told, string? Again = null)
{
    /// <summary>Words that are no answer yet, because calls of tools follow.</summary>
    public static HeldAnswer AsItIs(HeldText held) => new(held.Held);

    /// <summary>Judges an answer by the shape that it must have.</summary>
    public static HeldAnswer Of(HeldText held, ShapedAnswer shape, bool mayRepair)
    {
        if (held.Text.Length == 0 || held.IsRefusal) return new(held.Held);
        if (shape.Fits(held.Text, out var fault) is { } json) return new(held.With(json));
        if (mayRepair) return new([.. held.WithoutText(), new WarningRaised { Code = "output_repaired", Message = $"The answer did not have the shape that was asked for ({fault}); the model was asked once more." }], shape.Again(fault));
        return new([.. held.Held, Warning(fault)]);
    }

    /// <summary>What is wrong with an answer that was told as it came; null: nothing.</summary>
    public static WarningRaised? Fault(ChatMessage answer, ShapedAnswer shape) => answer.Text.Length == 0 || shape.Fits(answer.Text, out var fault) is not null ? null : Warning(fault);

    private static WarningRaised Warning(string fault) => new() { Code = "output_invalid", Message = $"The answer does not have the shape that was asked for: {fault}." };
}
