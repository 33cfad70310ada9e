using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
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
    public Dictionary<string, (byte[] Bytes, DateTimeOffset At)> Contents { get; } = [];

    /// <summary>A turn and those before it, newest first, each once. Asked for under the lock.</summary>
    public IEnumerable<KeptTurn> PathOf(string turn, int limit)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var id = turn; id is not null && seen.Count < limit && Turns.TryGetValue(id, out var kept) && seen.Add(id); id = kept.Turn.Parent) yield return kept;
    }

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
