using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Prompts.Templates;
using Turnpike.Turns;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>Fills the places that a template keeps for something of ours: <c>{{section "output"}}</c>, <c>"rules"</c>, <c>"resources"</c>. Other sections go.</summary>
internal static class TemplateSections
{
    /// <summary>The messages with their sections filled, and the rules that are still to be placed.</summary>
    /// <param name="rendered">The rendered template.</param>
    /// <param name="prompt">The prompt, for the shape of its answer.</param>
    /// <param name="isSent">Whether a message is sent with this turn, by its number.</param>
    /// <param name="rules">The rules of the turn.</param>
    public static (IReadOnlyList<RenderedMessage> Messages, IReadOnlyList<RenderedRule> Rules) Fill(RenderedMessages rendered, Prompt prompt, Func<int, bool> isSent, IReadOnlyList<RenderedRule> rules)
    {
        if (!rendered.Messages.Any(message => message.Pieces.Any(IsSection))) return (rendered.Messages, rules);
        var messages = new List<RenderedMessage>(rendered.Messages.Count);
        for (var i = 0; i < rendered.Messages.Count; i++)
        {
            var message = rendered.Messages[i];
            var isLastUser = i == rendered.Messages.Count - 1 && message.Role == "user";
            var pieces = new List<TemplatePiece>(message.Pieces.Count);
            foreach (var piece in message.Pieces)
            {
                if (!IsSection(piece)) pieces.Add(piece);
                else if (piece.Text == "output" && Output(prompt) is { } shape) pieces.Add(new(PieceKind.Text, shape) { Source = SourcedText.Ours });
                else if (piece.Text == "rules" && isSent(i))
                {
                    pieces.AddRange(Pieces(SourcedText.Joined(rules.Where(rule => rule.Placement == RulePlacement.System).Select(rule => rule.Sourced))));
                    rules = [.. rules.Where(rule => rule.Placement != RulePlacement.System)];
                }
                else if (piece.Text == "resources" && isLastUser) pieces.Add(piece);
            }
            messages.Add(message with { Pieces = pieces });
        }
        return (messages, rules);
    }

    /// <summary>Moves the resources of a message to the place that its template keeps for them.</summary>
    public static void Settle(ChatMessage message)
    {
        var at = message.Contents.ToList().FindIndex(part => part is ResourcesPlace);
        if (at < 0) return;
        var resources = message.Contents.Where(part => MessageParts.OriginOf(part) == MessageParts.Resource).ToArray();
        var before = message.Contents.Take(at).Where(part => !resources.Contains(part));
        var after = message.Contents.Skip(at).Where(part => part is not ResourcesPlace && !resources.Contains(part));
        message.Contents = [.. before, .. resources, .. after];
    }

    private static IEnumerable<TemplatePiece> Pieces(SourcedText text)
    {
        var (whole, at) = (text.Text, 0);
        foreach (var run in text.Runs) yield return new(PieceKind.Text, whole[at..(at += run.Length)]) { Source = run.Source };
    }

    private static bool IsSection(TemplatePiece piece) => piece.Kind == PieceKind.Section;

    private static string? Output(Prompt prompt) => prompt.Output switch
    {
        { Schema: { } schema } => $"Answer with JSON alone, without a code fence, that fits this JSON Schema:\n{schema.GetRawText()}",
        { Format: "json" } => "Answer with JSON alone, without a code fence.",
        _ => null,
    };
}

/// <summary>Where a template wants the resources; gone before the message is kept.</summary>
internal sealed class ResourcesPlace : AIContent;
