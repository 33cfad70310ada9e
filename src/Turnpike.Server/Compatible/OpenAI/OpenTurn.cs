using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The calls that the turn before left open, and what of that turn a caller may say again beside its answers.</summary>
/// <param name="Calls">The calls.</param>
/// <param name="Approvals">The ids of calls that wait for a yes or no, by the ids of the items that ask for it.</param>
/// <param name="Items">The ids of the items of its output.</param>
internal sealed record OpenTurn(IReadOnlyList<OpenCall> Calls, IReadOnlyDictionary<string, string> Approvals, IReadOnlySet<string> Items)
{
    public static OpenTurn None { get; } = new([], new Dictionary<string, string>(), new HashSet<string>());

    public bool Has(string callId) => Calls.Any(call => call.CallId == callId);

    /// <summary>Whether an item says again what the model reads of that turn anyway.</summary>
    public bool Repeats(JsonElement item) => Calls.Count > 0 && ((item.Text("id") is { } id && Items.Contains(id)) || (item.Text("type") == "function_call" && item.Text("call_id") is { } call && Has(call)));

    /// <summary>The place of the first item that is of that turn's output; 0: none is.</summary>
    public int FirstOf(IReadOnlyList<JsonElement> items)
    {
        for (var i = 0; i < items.Count; i++) if (Repeats(items[i])) return i;
        return 0;
    }

    /// <summary>Refuses an answer to some of the open calls: they are answered all at once.</summary>
    /// <exception cref="TurnException"><c>tool_output_missing</c>, naming the others.</exception>
    public void RequireAll(IReadOnlyCollection<string> answered, string field)
    {
        var missing = Calls.Where(call => !answered.Contains(call.CallId)).Select(call => $"\"{call.CallId}\"").ToArray();
        if (missing.Length > 0) throw new TurnException(TurnErrorCode.RequestInvalid, $"All open calls must be answered at once; no output was given for {string.Join(", ", missing)}.") { Field = field, Narrower = "tool_output_missing" };
    }
}
