using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Prompts;

namespace Turnpike.Turns.Stores;

/// <summary>The words that a conversation is found by. All stores cut and fold words in this way, so that they find the same conversations.</summary>
internal static class ConversationSearchText
{
    private const int MostWords = 8_000;

    /// <summary>The words of a title, each once.</summary>
    public static IEnumerable<string> Of(string? title) => PromptSearchText.Cut(title).Distinct(StringComparer.Ordinal);

    /// <summary>The words of a turn, each once, with a space between: what the person said and what was answered. None of a turn whose content goes when it has ended.</summary>
    public static string Joined(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.Store == false || turn.Forgotten) return "";
        var (known, joined) = (new HashSet<string>(StringComparer.Ordinal), new StringBuilder());
        if (!turn.Given) PromptSearchText.Gather(turn.CleanedContent, MostWords, known, joined);
        else foreach (var message in turn.Messages)
            if (message.Role == ChatRole.User) PromptSearchText.Gather(message.Text, MostWords, known, joined);
        PromptSearchText.Gather(turn.Answer, MostWords, known, joined);
        return joined.ToString();
    }

    /// <summary>The words of a query: each must begin a word of the title or of a turn.</summary>
    public static string[] Words(string? query) => PromptSearchText.Words(query);

    /// <summary>Whether a query seeks what no word says: it finds nothing.</summary>
    public static bool IsWordless(string? query) => PromptSearchText.IsWordless(query);
}
