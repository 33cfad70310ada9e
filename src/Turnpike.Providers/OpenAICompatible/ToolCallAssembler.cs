using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Models;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>
/// Puts the pieces of streamed tool calls together. Servers differ: most number the calls and send id and name once; some send a
/// call whole, some without a number, some without an id, some give every call the number 0.
/// </summary>
internal sealed class ToolCallAssembler(ToolNames names)
{
    private readonly List<Call> calls = [];
    private readonly Dictionary<int, Call> byIndex = [];
    private readonly Dictionary<string, Call> byId = new(StringComparer.Ordinal);

    public bool Any => calls.Count > 0;

    /// <summary>How many pieces came.</summary>
    public int Pieces { get; private set; }

    /// <summary>How many characters came in them.</summary>
    public long Length { get; private set; }

    /// <summary>Takes one piece: whatever of it the server sent.</summary>
    public void Add(int? index, string? id, string? name, string? arguments)
    {
        Pieces++;
        Length += (id?.Length ?? 0) + (name?.Length ?? 0) + (arguments?.Length ?? 0);
        var call = Find(index, id, name, arguments);
        if (string.IsNullOrEmpty(call.Id)) call.Id = id;
        if (!string.IsNullOrEmpty(call.Id)) byId.TryAdd(call.Id, call);
        if (string.IsNullOrEmpty(call.Name)) call.Name = name;
        call.Arguments.Append(arguments);
    }

    /// <summary>The calls in the order in which they began. One without an id gets <c>call_</c>, the answer's id and its place.</summary>
    public IEnumerable<AIContent> Finish(string? responseId) => calls.Select((call, place) =>
    {
        var id = string.IsNullOrEmpty(call.Id) ? string.Create(CultureInfo.InvariantCulture, $"call_{responseId}_{place}") : call.Id;
        return Parse(id, names.In(call.Name ?? ""), call.Arguments.ToString());
    });

    private Call Find(int? index, string? id, string? name, string? arguments)
    {
        var known = index is { } number
            ? byIndex.GetValueOrDefault(number)
            : string.IsNullOrEmpty(id) ? (string.IsNullOrEmpty(name) ? calls.LastOrDefault() : null) : byId.GetValueOrDefault(id);
        if (known is not null && (string.IsNullOrEmpty(name) || !IsAnother(known, id, name, arguments))) return known;
        if (calls.Count > AnswerBound.MostCalls) return calls[^1]; // the answer is refused for as many; no more need be held
        var call = new Call();
        calls.Add(call);
        if (index is { } place) byIndex[place] = call;
        return call;
    }

    /// <summary>Whether a piece with a name begins another call than the one that has its number: by its id, and where one of the two has none, by its name or because that one is whole.</summary>
    private static bool IsAnother(Call known, string? id, string name, string? arguments)
    {
        if (!string.IsNullOrEmpty(id) && !string.IsNullOrEmpty(known.Id)) return known.Id != id;
        if (string.IsNullOrEmpty(known.Name)) return false;
        return known.Name != name || (!string.IsNullOrWhiteSpace(arguments) && known.IsWhole);
    }

    private static FunctionCallContent Parse(string id, string name, string arguments)
    {
        if (string.IsNullOrWhiteSpace(arguments)) return new(id, name, new Dictionary<string, object?>());
        var json = ForeignJson.Parse(arguments);
        if (json is { ValueKind: JsonValueKind.Null }) return new(id, name, new Dictionary<string, object?>());
        if (json is { ValueKind: JsonValueKind.Object } given)
        {
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var member in given.EnumerateObject()) values[member.Name] = member.Value;
            return new(id, name, values);
        }
        return new(id, name)
        {
            Exception = new FormatException($"The arguments of the call of \"{name}\" are not a JSON object."),
            AdditionalProperties = new() { [ToolResultText.RawArguments] = arguments },
        };
    }

    private sealed class Call
    {
        public string? Id { get; set; }
        public string? Name { get; set; }
        public StringBuilder Arguments { get; } = new();
        public bool IsWhole => Arguments.Length > 0 && Arguments[^1] == '}' && ForeignJson.Parse(Arguments.ToString()) is not null;
    }
}
