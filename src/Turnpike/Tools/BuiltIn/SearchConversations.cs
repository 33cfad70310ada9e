using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Tools.BuiltIn;

/// <summary>The tool <c>search_conversations</c>: finds what was said in earlier conversations of the same organization, newest first.</summary>
internal sealed class SearchConversations(IConversationStore conversations, ITurnStore turns)
{
    private const int MostConversations = 200;
    private const int MostTurns = 200;
    private const int MostFound = 20;
    private const int Around = 120;

    public AIFunction Function => AIFunctionFactory.Create(SearchAsync, "search_conversations", "Finds earlier conversations in which all of some words were said.");

    private async Task<string> SearchAsync([Description("Words that must all occur in one turn.")] string query, [Description("The most turns to find, 1 to 20; 5 when left out.")] int limit = 5, CancellationToken cancellationToken = default)
    {
        var words = SearchWords.Of(query);
        if (words.Length == 0) throw new ArgumentException("The query has no words.");
        var found = new List<string>();
        var page = await conversations.ListAsync(new() { Limit = MostConversations }, cancellationToken);
        foreach (var conversation in page.Data)
        {
            if (conversation.Head is not { } head) continue;
            foreach (var turn in HiddenParts.Without(await turns.PathAsync(head, MostTurns, cancellationToken), conversation).Reverse())
            {
                if (!turn.HasEnded || !SearchWords.AllIn($"{turn.CleanedContent}\n{turn.Answer}", words)) continue;
                found.Add($"## {conversation.Title ?? conversation.Id} ({turn.CreatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)})\nasked: {Excerpt(turn.CleanedContent, words)}\nanswered: {Excerpt(turn.Answer, words)}");
                if (found.Count >= Math.Clamp(limit, 1, MostFound)) return string.Join("\n\n", found);
            }
        }
        return found.Count == 0 ? $"Nothing was found for \"{query}\"." : string.Join("\n\n", found);
    }

    /// <summary>The text around the first of the words.</summary>
    private static string Excerpt(string text, string[] words)
    {
        var at = words.Select(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase)).Where(place => place >= 0).DefaultIfEmpty(0).Min();
        var (from, to) = (Math.Max(0, at - Around), Math.Min(text.Length, at + Around));
        return $"{(from > 0 ? "…" : "")}{text[from..to].ReplaceLineEndings(" ")}{(to < text.Length ? "…" : "")}";
    }
}
