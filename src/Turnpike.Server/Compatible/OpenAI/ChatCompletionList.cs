using System.Text.Json;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The list of stored chat completions: those that have ended well and whose content is kept.</summary>
internal static class ChatCompletionList
{
    private const string Prefix = "chatcmpl-";
    private const int Batch = 100;

    public static async Task ListAsync(HttpContext http, IStoredCompletions listed, ITurnStore turns, ITurnLog log)
    {
        var page = PageQuery.Read(http, most: 100, order: "asc");
        var (model, notes) = (Query.Text(http, "model"), Notes(http));
        var after = page.After is { } cursor ? await AfterAsync(listed, turns, cursor, http.RequestAborted) : null;
        var found = new List<ChatCompletion>();
        for (var isMore = true; isMore && found.Count <= page.Limit;)
        {
            var rows = await listed.ListAsync(new() { After = after, Limit = Batch, NewestFirst = page.Order == "desc", Model = model }, http.RequestAborted);
            foreach (var row in rows.TakeWhile(_ => found.Count <= page.Limit))
            {
                if (notes.All(note => row.Metadata?.Member(note.Key) is { ValueKind: JsonValueKind.String } value && value.ValueEquals(note.Value)) && await ReadAsync(row, turns, log, http.RequestAborted) is { } completion) found.Add(completion);
            }
            isMore = rows.Count == Batch;
            if (rows.Count > 0) after = rows[^1];
        }
        var shown = found.Take(page.Limit).ToArray();
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var completion in shown) completion.Write(writer);
            writer.WriteEndArray();
            writer.WriteString("first_id"u8, shown.Length == 0 ? null : shown[0].Id);
            writer.WriteString("last_id"u8, shown.Length == 0 ? null : shown[^1].Id);
            writer.WriteBoolean("has_more"u8, found.Count > shown.Length);
            writer.WriteEndObject();
        });
    }

    /// <summary>The place of a completion in the list, also of one that was deleted since: who deletes page by page goes on behind it.</summary>
    private static async Task<StoredCompletion> AfterAsync(IStoredCompletions listed, ITurnStore turns, string cursor, CancellationToken cancellationToken)
    {
        var id = cursor.StartsWith(Prefix, StringComparison.Ordinal) ? "turn_" + cursor[Prefix.Length..] : "";
        if (await listed.FindAsync(id, cancellationToken) is { } row) return row;
        if (await turns.FindAsync(id, cancellationToken) is { Forgotten: true } gone) return new(gone.Id, gone.Model, gone.CreatedAt, null);
        throw Given.Invalid("after", $"\"after\" is \"{cursor}\", which is no completion of this list.");
    }

    private static async Task<ChatCompletion?> ReadAsync(StoredCompletion row, ITurnStore turns, ITurnLog log, CancellationToken cancellationToken) =>
        await turns.FindAsync(row.Turn, cancellationToken) is { Status: TurnStatus.Completed, Forgotten: false } ? ChatCompletion.Of(await FaceEvents.ReadAsync(log, row.Turn, cancellationToken), row.Metadata) : null;

    /// <summary>The query <c>metadata[key]=value</c>.</summary>
    private static List<KeyValuePair<string, string>> Notes(HttpContext http) =>
        [.. http.Request.Query.Where(pair => pair.Key.StartsWith("metadata[", StringComparison.Ordinal) && pair.Key.EndsWith(']')).Select(pair => KeyValuePair.Create(pair.Key["metadata[".Length..^1], pair.Value.ToString()))];
}
