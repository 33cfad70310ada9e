using Microsoft.Extensions.AI;

namespace Turnpike.Turns;

/// <summary>What was said in turns, for transcripts.</summary>
public static class SaidTexts
{
    /// <summary>Who said what in a turn, in order: what was typed, without the triggers that were run, and the answer. Of messages that were given as they are, each that has a text, whoever's it is.</summary>
    /// <param name="turn">The turn.</param>
    public static IEnumerable<(ChatRole Role, string Text)> Of(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return Texts(turn.Given ? Texts(turn.Messages) : [(ChatRole.User, turn.CleanedContent), (ChatRole.Assistant, turn.Answer)]);
    }

    /// <summary>Who said what on a path, in order: the messages that a turn's caller gave in place of what was before stand before the turn, without those at their beginning that were told already.</summary>
    /// <param name="path">The turns, oldest first.</param>
    public static IReadOnlyList<(ChatRole Role, string Text)> Of(IEnumerable<Turn> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var told = new List<(ChatRole Role, string Text)>();
        foreach (var turn in path)
        {
            told.AddRange(Texts(New(turn, told)));
            told.AddRange(Of(turn));
        }
        return told;
    }

    /// <summary>The texts of messages.</summary>
    internal static IEnumerable<(ChatRole Role, string Text)> Texts(IEnumerable<ChatMessage> messages) => Texts(messages.Select(message => (message.Role, message.Text)));

    /// <summary>The messages that a turn's caller gave in place of what was before, without those at their beginning that were told already.</summary>
    internal static IReadOnlyList<ChatMessage> New(Turn turn, IReadOnlyList<(ChatRole Role, string Text)> told)
    {
        if (turn.History is not { Count: > 0 } given) return [];
        var (known, from) = (0, 0);
        for (var i = 0; i < given.Count && known < told.Count; i++)
        {
            if (given[i].Text.Length == 0) continue;
            if (told[known++] != (given[i].Role, given[i].Text)) break;
            from = i + 1;
        }
        return [.. given.Skip(from)];
    }

    private static IEnumerable<(ChatRole Role, string Text)> Texts(IEnumerable<(ChatRole Role, string Text)> said) => said.Where(one => one.Text.Length > 0);
}
