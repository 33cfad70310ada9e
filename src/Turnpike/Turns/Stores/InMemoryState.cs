using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Stores;

/// <summary>What the stores in memory share: everything changes under one lock, as in a transaction.</summary>
internal sealed class InMemoryState
{
    public Lock Gate { get; } = new();
    public Dictionary<string, Conversation> Conversations { get; } = [];
    public Dictionary<string, KeptTurn> Turns { get; } = [];
    public Dictionary<string, KeptTurn> Keys { get; } = [];
    public Dictionary<(string Owner, string Kind, string Id), string> ExternalIds { get; } = [];
    public List<SideCall> SideCalls { get; } = [];
    public Dictionary<string, StoredFile> Files { get; } = [];
    /// <summary>The projects of things; those of members change it without the lock.</summary>
    public ConcurrentDictionary<ProjectThing, string> Homes { get; } = [];
    public Dictionary<string, (byte[] Bytes, DateTimeOffset At)> Contents { get; } = [];
    /// <summary>What turns used that are not here any longer.</summary>
    public Dictionary<GonePlace, UsageSum> Gone { get; } = [];
    /// <summary>How many of the newest turns stay known of which nothing is stored, and of the newest calls beside turns.</summary>
    public int MostUnstored { get; set; } = 10_000;
    private readonly Queue<string> _unstored = new(); // in the order in which they ended

    /// <summary>A turn and those before it, newest first, each once. Asked for under the lock.</summary>
    public IEnumerable<KeptTurn> PathOf(string turn, int limit)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var id = turn; id is not null && seen.Count < limit && Turns.TryGetValue(id, out var kept) && seen.Add(id); id = kept.Turn.Parent) yield return kept;
    }

    /// <summary>
    /// Takes note of a turn that has ended and is not stored. Now and then the oldest of them go, with their conversations if nothing else is in those and nobody marked them; what they used stays counted. Asked for under the lock.
    /// </summary>
    public void Note(KeptTurn unstored)
    {
        _unstored.Enqueue(unstored.Turn.Id);
        if (_unstored.Count < 2 * MostUnstored) return;
        var old = new HashSet<string>(StringComparer.Ordinal);
        while (_unstored.Count > MostUnstored) old.Add(_unstored.Dequeue());
        var (newest, turns) = (_unstored.ToHashSet(StringComparer.Ordinal), Turns.Values.ToLookup(kept => kept.Turn.Conversation));
        var empty = old.Select(id => Turns.GetValueOrDefault(id)?.Turn.Conversation).OfType<string>().Where(id => Conversations.TryGetValue(id, out var conversation)
            && InMemoryConversationStore.IsLeftOut(conversation, turns[id]) && turns[id].All(kept => kept.Turn.HasEnded && !newest.Contains(kept.Turn.Id))).ToHashSet(StringComparer.Ordinal);
        Remove(empty, Count);
    }

    /// <summary>Takes note of calls beside turns. Now and then the oldest of them go; what they used stays counted. Asked for under the lock.</summary>
    public void Note(IEnumerable<SideCall> calls)
    {
        SideCalls.AddRange(calls);
        if (SideCalls.Count < 2 * MostUnstored) return;
        var old = SideCalls.Count - MostUnstored;
        foreach (var call in SideCalls.Take(old)) GoneAt(call.CreatedAt, call.Model, call.Prompt, call.Project, call.Key).Add(null, InMemoryUsageStore.Attempt(call));
        SideCalls.RemoveRange(0, old);
    }

    /// <summary>Takes conversations away, and the turns that no other one needs. Asked for under the lock.</summary>
    /// <param name="conversations">The conversations.</param>
    /// <param name="told">Hears of each turn before it goes.</param>
    public void Remove(IReadOnlySet<string> conversations, Action<KeptTurn> told)
    {
        if (conversations.Count == 0) return;
        foreach (var id in conversations) Conversations.Remove(id);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var end in Turns.Values.Where(kept => Conversations.ContainsKey(kept.Turn.Conversation)).Select(kept => kept.Turn.Id).Concat(Conversations.Values.SelectMany(other => (string?[])[other.Head, other.ForkedFrom])))
            for (var turn = end; turn is not null && needed.Add(turn); turn = Turns.GetValueOrDefault(turn)?.Turn.Parent) { }
        var gone = new HashSet<string>(conversations, StringComparer.Ordinal);
        foreach (var kept in Turns.Values.Where(kept => !needed.Contains(kept.Turn.Id)).ToList())
        {
            told(kept);
            Turns.Remove(kept.Turn.Id);
            gone.Add(kept.Turn.Id);
            if (kept.Beginning.IdempotencyKey is { } key) Keys.Remove(key);
        }
        foreach (var named in ExternalIds.Where(named => gone.Contains(named.Value)).Select(named => named.Key).ToList()) ExternalIds.Remove(named);
    }

    /// <summary>Adds what a turn used to what those used that are gone; it counts where its first attempt does.</summary>
    private void Count(KeptTurn kept)
    {
        foreach (var (i, attempt) in kept.Turn.Attempts.Index())
        {
            var sum = GoneAt(kept.Turn.CreatedAt, attempt.Model, kept.Turn.Prompt?.Key, kept.Beginning.Conversation.Project, kept.Beginning.AccessKey);
            if (i == 0) sum.Count(kept.Turn);
            sum.Add(null, attempt);
        }
    }

    /// <summary>The sum of what is gone from an hour and a place.</summary>
    private UsageSum GoneAt(DateTimeOffset time, string model, string? prompt, string? project, string? accessKey)
    {
        var at = time.ToUniversalTime();
        var hour = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, 0, 0, TimeSpan.Zero);
        return CollectionsMarshal.GetValueRefOrAddDefault(Gone, new(hour, model, prompt, project, accessKey), out _) ??= new();
    }

    /// <summary>Where usage counts.</summary>
    internal readonly record struct GonePlace(DateTimeOffset Hour, string Model, string? Prompt, string? Project, string? AccessKey);

    internal sealed class KeptCall(OpenCall call)
    {
        public OpenCall Call => call;
        public CallAnswer? Answer { get; set; }
        public bool Begun { get; set; }
        public JsonElement? Result { get; set; }
    }

    internal sealed class KeptTurn
    {
        public required Turn Turn { get; set; }
        public required TurnBeginning Beginning { get; set; }
        public required ReadOnlyMemory<byte> Trace { get; set; }
        public required ReadOnlyMemory<byte> Request { get; set; }
        public required DateTimeOffset LeaseUntil { get; set; }
        public bool IsCancelAsked { get; set; }
        public List<TurnEvent> Events { get; } = [];
        public string Node { get; set; } = "";
        public WaitingState? Waits { get; set; }
        public Dictionary<string, KeptCall> Calls { get; } = [];
        public SortedDictionary<(int Step, int Attempt), RecordedAttempt> Recordings { get; } = [];
    }
}
