using Microsoft.Extensions.AI;
using Turnpike.Turns.Secrets;

namespace Turnpike.Turns.Tracing;

/// <summary>Remembers what the messages of a request were made of; where each stretch of them came from is found when somebody asks.</summary>
internal sealed class MessageSources
{
    private const string Unknown = "middleware";
    private readonly List<(ChatMessage Sent, ChatMessage? Marked, string Source)> _messages = [];

    /// <summary>Notes a message whose parts know where they came from.</summary>
    /// <param name="sent">The message as it is sent.</param>
    /// <param name="marked">The message with the origin of its parts.</param>
    /// <param name="source">Where parts without an origin came from.</param>
    /// <returns>What is sent.</returns>
    public ChatMessage Add(ChatMessage sent, ChatMessage marked, string source)
    {
        _messages.Add((sent, marked, source));
        return sent;
    }

    /// <summary>Notes a message that came from one place.</summary>
    public ChatMessage Add(ChatMessage sent, string source)
    {
        _messages.Add((sent, null, source));
        return sent;
    }

    /// <summary>Notes those messages that nobody has noted.</summary>
    public MessageSources Rest(IReadOnlyList<ChatMessage> messages, string source)
    {
        if (messages.Count == _messages.Count) return this;
        var known = _messages.Select(one => one.Sent).ToHashSet<ChatMessage>(ReferenceEqualityComparer.Instance);
        foreach (var message in messages.Where(message => !known.Contains(message))) Add(message, source);
        return this;
    }

    /// <summary>The sources of a request's messages, from left to right.</summary>
    /// <param name="messages">The messages. One that middleware wrote anew and that says the same is the same.</param>
    /// <param name="secrets">What is shown as a mask, longest first.</param>
    public IReadOnlyList<TextSource> Of(IReadOnlyList<ChatMessage> messages, IReadOnlyList<string> secrets)
    {
        var left = _messages.ToList();
        var told = new List<TextSource>();
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            var at = left.FindIndex(one => ReferenceEquals(one.Sent, message));
            if (at < 0) at = left.FindIndex(one => IsSame(one.Sent, message));
            Tell(told, i, message, at < 0 ? Whole(message, Unknown) : Runs(message, left[at].Marked, left[at].Source), secrets);
            if (at >= 0) left.RemoveAt(at);
        }
        return told;
    }

    private static void Tell(List<TextSource> told, int number, ChatMessage message, IEnumerable<(int Part, SourcedRun Run)> runs, IReadOnlyList<string> secrets)
    {
        foreach (var part in runs.GroupBy(one => one.Part, one => one.Run))
        {
            if (message.Contents[part.Key] is not TextContent text)
            {
                told.Add(new(number, part.Key, null, part.First().Source));
                continue;
            }
            var (shown, at) = (new MaskedSpans(text.Text, secrets), 0);
            foreach (var run in part.Where(run => run.Length > 0)) told.Add(new(number, part.Key, shown.Of(new(at, at += run.Length)), run.Source));
        }
    }

    private static IEnumerable<(int Part, SourcedRun Run)> Whole(ChatMessage message, string source) => message.Contents.Select((part, i) => (i, new SourcedRun(part is TextContent text ? text.Text.Length : 0, source)));

    private static IEnumerable<(int Part, SourcedRun Run)> Runs(ChatMessage message, ChatMessage? marked, string source)
    {
        if (marked is null) return Whole(message, source);
        var runs = new List<(int, SourcedRun)>();
        var made = MessageParts.AsSent(marked, (part, run) => runs.Add((part, run.Source.Length == 0 ? run with { Source = source } : run)));
        return IsSame(made, message) ? runs : Whole(message, Unknown); // somebody wrote into the message itself
    }

    private static bool IsSame(ChatMessage one, ChatMessage other) =>
        one.Role == other.Role && one.Contents.Count == other.Contents.Count && one.Contents.Zip(other.Contents).All(pair => pair.First is TextContent text ? pair.Second is TextContent same && text.Text == same.Text : pair.Second.GetType() == pair.First.GetType());
}
