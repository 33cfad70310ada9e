using Microsoft.Extensions.AI;
using Turnpike.Prompts;

namespace Turnpike.Turns.Stores;

/// <summary>The words that a conversation is found by. All stores cut and fold words in this way, so that they find the same conversations.</summary>
internal static class ConversationSearchText
{
    private const int MostWords = 8_000;

    /// <summary>The words of a title, each once.</summary>
    public static IEnumerable<string> Of(string? title) => PromptSearchText.Cut(title).Distinct(StringComparer.Ordinal);

    /// <summary>The words of a turn, each once: what the person said and what was answered. None of a turn whose content goes when it has ended.</summary>
    public static IEnumerable<string> Of(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.Store == false || turn.Forgotten) return [];
        var said = turn.Given ? turn.Messages.Where(message => message.Role == ChatRole.User).Select(message => message.Text).Append(turn.Answer) : [turn.CleanedContent, turn.Answer];
        return said.SelectMany(PromptSearchText.Cut).Distinct(StringComparer.Ordinal).Take(MostWords);
    }

    /// <summary>The words of a query: each must begin a word of the title or of a turn.</summary>
    public static string[] Words(string? query) => PromptSearchText.Words(query);
}
