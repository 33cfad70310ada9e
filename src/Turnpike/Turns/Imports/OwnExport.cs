using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Imports;

/// <summary>A conversation exported here: <c>{turnpike: 1, conversation, turns: [all branches], contents: {hash: base64}}</c>. It keeps its ids.</summary>
internal static class OwnExport
{
    private const int Form = 1;

    public static bool Is(JsonElement file) => file.ValueKind == JsonValueKind.Object && file.TryGetProperty("turnpike", out _) && file.TryGetProperty("turns", out _);

    public static ImportPlan Read(JsonElement file)
    {
        var plan = new ImportPlan("turnpike");
        CheckForm(file.GetProperty("turnpike"));
        try
        {
            var conversation = StrictJson.ReadKept(JsonMarshal.GetRawUtf8Value(file.GetProperty("conversation")), TurnpikeJson.Relaxed.Conversation);
            if (conversation?.Id is null) throw new JsonException("its conversation has no id.");
            CheckId("conversation", conversation.Id);
            var whole = plan.Note("conversation", conversation.Id);
            whole.Id = conversation.Id;
            Tell(whole, [.. Unknown(file, ["turnpike", "conversation", "turns", "contents"]), .. Unknown(file.GetProperty("conversation"), Names(TurnpikeJson.Relaxed.Conversation))]);
            conversation = SoundExport.Of(conversation, whole);
            var contents = file.TryGetProperty("contents", out var given) ? given.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetBytesFromBase64()) : [];
            var turns = new List<Turn>();
            foreach (var one in file.GetProperty("turns").EnumerateArray())
            {
                if (StrictJson.ReadKept(JsonMarshal.GetRawUtf8Value(one), TurnpikeJson.Relaxed.Turn) is not { Id: not null } turn) throw new JsonException("one of its turns has no id.");
                CheckId("turn", turn.Id);
                var notes = plan.Note("turn", turn.Id);
                notes.Id = turn.Id;
                Tell(notes, [.. Unknown(one, Names(TurnpikeJson.Relaxed.Turn))]);
                turn = SoundExport.Of(turn, notes);
                if (!turn.HasEnded)
                {
                    turn = turn with { Status = TurnStatus.Interrupted };
                    notes.Changed("it was running when it was exported; it is interrupted here");
                }
                if (!turn.Attempts.All(ImportedUsage.IsSound))
                {
                    turn = turn with { Attempts = [.. turn.Attempts.Where(ImportedUsage.IsSound)] };
                    notes.Changed("not kept: attempts with tokens or costs that cannot be");
                }
                turns.Add(turn with { Conversation = conversation.Id, Messages = [.. turn.Messages.Select(message => Whole(message, contents, notes))], History = turn.History is { } before ? [.. before.Select(message => Whole(message, contents, notes))] : null });
            }
            turns = InOrder(turns, plan);
            if (conversation.Head is { } head && !turns.Exists(turn => turn.Id == head))
            {
                conversation = conversation with { Head = turns.Count == 0 ? null : turns[^1].Id };
                plan.Notes[0].Changed($"its newest turn \"{head}\" is not in the file; it goes on from {(conversation.Head is { } last ? $"\"{last}\"" : "nothing")}");
            }
            plan.Contents.AddRange(ContentReferences.Of(conversation).Where(contents.ContainsKey).Select(hash => contents[hash]));
            conversation = conversation with { ForkedFrom = null };
            plan.Conversations.Add((conversation, [.. turns.Select(turn => GivenTurn.Beginning(turn, conversation, null) with { IsNewConversation = false })]));
            return plan;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The exported conversation cannot be read: {error.Message}", error);
        }
    }

    /// <exception cref="TurnException"><c>request_invalid</c>: another program wrote the file, perhaps a newer one.</exception>
    private static void CheckForm(JsonElement given)
    {
        if (given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var form) && form == Form) return;
        var said = given.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : given.GetRawText();
        throw new TurnException(TurnErrorCode.RequestInvalid, $"The exported conversation is of the form {said}; {Form} is the only one that is read here. If a newer Turnpike wrote it, import it there, or update this one.") { Field = "turnpike" };
    }

    /// <summary>Ids are kept, and stand in addresses and headers: one that a program here would never make is some other file's.</summary>
    private static void CheckId(string kind, string id)
    {
        if (id.Length is 0 or > ClientIds.Longest || id.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-' or '.' or ':')) || !AddressSteps.Fit(id))
            throw new JsonException($"\"{(id.Length > 40 ? id[..40] + "…" : id)}\" is no id of a {kind}: one has 1 to {ClientIds.Longest} letters of ASCII, digits, _, -, . and :, and is neither \".\" nor \"..\".");
    }

    /// <summary>What a newer program may have written beside what is read here.</summary>
    private static IEnumerable<string> Unknown(JsonElement given, IReadOnlyCollection<string> known) =>
        given.EnumerateObject().Select(member => member.Name).Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static string[] Names(JsonTypeInfo type) => [.. type.Properties.Select(member => member.Name)];

    private static void Tell(ImportItemNotes notes, IReadOnlyCollection<string> unknown)
    {
        if (unknown.Count > 0) notes.Changed($"not kept: {string.Join(", ", unknown.Take(20))}");
    }

    /// <summary>The turns, each behind the one it answers to, which is one of the file or none: a file reaches no turn that is here.</summary>
    private static List<Turn> InOrder(List<Turn> turns, ImportPlan plan)
    {
        var byId = new Dictionary<string, Turn>(turns.Count, StringComparer.Ordinal);
        foreach (var turn in turns) if (!byId.TryAdd(turn.Id, turn)) throw new JsonException($"its turn \"{turn.Id}\" stands in it twice.");
        foreach (var notes in plan.Notes)
        {
            if (notes.Id is not { } id || !byId.TryGetValue(id, out var turn) || turn.Parent is not { } gone || byId.ContainsKey(gone)) continue;
            byId[id] = turn with { Parent = null };
            notes.Changed($"the turn \"{gone}\" that it answers to is not in the file; a branch begins with it");
        }
        var (ordered, placed, behind) = (new List<Turn>(turns.Count), new HashSet<string>(StringComparer.Ordinal), new Stack<Turn>());
        foreach (var turn in turns)
        {
            for (var at = byId[turn.Id]; at is not null && !placed.Contains(at.Id); at = at.Parent is { } parent ? byId[parent] : null)
            {
                if (behind.Count == turns.Count) throw new JsonException($"its turn \"{turn.Id}\" answers to turns that answer to one another in a ring.");
                behind.Push(at);
            }
            while (behind.TryPop(out var next)) if (placed.Add(next.Id)) ordered.Add(next);
        }
        return ordered;
    }

    private static Microsoft.Extensions.AI.ChatMessage Whole(Microsoft.Extensions.AI.ChatMessage message, Dictionary<string, byte[]> contents, ImportItemNotes notes)
    {
        var whole = new Microsoft.Extensions.AI.ChatMessage(message.Role, (string?)null) { AuthorName = message.AuthorName };
        foreach (var part in message.Contents)
        {
            if (part is not KeptPart kept || !contents.TryGetValue(kept.Hash, out var bytes))
            {
                if (part is KeptPart lost) notes.Changed($"the content of \"{lost.Name ?? lost.Hash}\" is not in the file");
                whole.Contents.Add(part);
                continue;
            }
            Microsoft.Extensions.AI.AIContent content = kept.MediaType is { } type ? new Microsoft.Extensions.AI.DataContent(bytes, FileTypes.IsType(type) ? type : FileTypes.Unknown) { Name = kept.Name } : new Microsoft.Extensions.AI.TextContent(System.Text.Encoding.UTF8.GetString(bytes));
            content.AdditionalProperties = part.AdditionalProperties;
            whole.Contents.Add(content);
        }
        return whole;
    }
}
