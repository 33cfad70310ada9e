using System.Text;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Postgres;

/// <summary>How changes travel between nodes: <c>NOTIFY turnpike, 'topic id id …'</c>.</summary>
internal static class PostgresNews
{
    public const string Channel = "turnpike";

    private const int Longest = 7900; // bytes; PostgreSQL takes less than 8000

    public const string Tell = "SELECT pg_notify('turnpike', m) FROM unnest(@messages) AS m";

    /// <summary>As few messages as hold the changes.</summary>
    public static string[] Messages(IEnumerable<StoreChange> changes)
    {
        var messages = new List<string>();
        foreach (var topic in changes.GroupBy(change => change.Topic, change => change.Id))
        {
            var message = new StringBuilder(topic.Key);
            foreach (var id in topic.Distinct())
            {
                var word = Uri.EscapeDataString(id);
                if (message.Length + 1 + word.Length > Longest)
                {
                    messages.Add(message.ToString());
                    message.Clear().Append(topic.Key);
                }
                if (word.Length < Longest / 2) message.Append(' ').Append(word);
                else message.Append(' '); // no id: any may have changed
            }
            messages.Add(message.ToString());
        }
        return [.. messages];
    }

    /// <summary>The changes of a message.</summary>
    public static IEnumerable<StoreChange> Read(string message)
    {
        var words = message.Split(' ');
        return words.Skip(1).Select(id => new StoreChange(words[0], Uri.UnescapeDataString(id)));
    }
}
