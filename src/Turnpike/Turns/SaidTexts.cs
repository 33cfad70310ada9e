using Microsoft.Extensions.AI;

namespace Turnpike.Turns;

/// <summary>What was said in a turn, for transcripts.</summary>
public static class SaidTexts
{
    /// <summary>Who said what, in order: what was typed, without the triggers that were run, and the answer. Of messages that were given as they are, each that has a text, whoever's it is.</summary>
    public static IEnumerable<(ChatRole Role, string Text)> Of(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var said = turn.Given ? turn.Messages.Select(message => (message.Role, message.Text)) : [(ChatRole.User, turn.CleanedContent), (ChatRole.Assistant, turn.Answer)];
        return said.Where(one => one.Text.Length > 0);
    }
}
