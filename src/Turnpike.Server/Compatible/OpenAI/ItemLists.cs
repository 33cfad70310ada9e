using System.Text.Json;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The items of turns: what their callers gave, then what came out. What a prompt, its examples and rules add is no item.</summary>
internal static class ItemLists
{
    /// <summary>All items of a turn, in order, and what of them its caller gave.</summary>
    public static async Task<(IReadOnlyList<JsonElement> Items, InputItems Input)> OfAsync(Turn turn, ITurnLog log, CancellationToken cancellationToken)
    {
        if (turn.Given)
        {
            var given = await InputAsync(turn, log, cancellationToken);
            return (given.Items, given);
        }
        var events = await FaceEvents.ReadAsync(log, turn.Id, cancellationToken);
        var input = InputItems.Of(turn, events);
        return ([.. input.Items, .. ResponseEvents.Of(events).Output.Select(item => Element(item.Write))], input);
    }

    /// <summary>What the caller of a turn gave.</summary>
    public static async ValueTask<InputItems> InputAsync(Turn turn, ITurnLog log, CancellationToken cancellationToken)
    {
        var beginning = await log.ReadAsync(turn.Id, 0, 1, cancellationToken);
        return turn.Given ? GivenItems.Of(turn, beginning) : InputItems.Of(turn, beginning);
    }

    /// <summary>The id of the server's call that an item of a turn's output tells of; null: of none.</summary>
    public static async ValueTask<string?> CallAsync(Turn turn, string item, ITurnLog log, CancellationToken cancellationToken) =>
        turn.Given ? null : ResponseEvents.Of(await FaceEvents.ReadAsync(log, turn.Id, cancellationToken)).Output.OfType<McpCallItem>().FirstOrDefault(one => one.Id == item)?.Call.CallId;

    /// <summary>The messages of the system that the caller of a turn sent before all others.</summary>
    public static async ValueTask<IReadOnlyList<LeadingMessage>> LeadingAsync(Turn turn, ITurnLog log, CancellationToken cancellationToken) => turn.Given ? [] : LeadingMessage.Of(await log.ReadAsync(turn.Id, 0, 1, cancellationToken));

    /// <summary>Answers with a page of a list, as every list of the vendor is.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: the cursor names no item of the list.</exception>
    public static async Task WritePageAsync(HttpContext http, IReadOnlyList<JsonElement> items, string? after, int limit, string order)
    {
        IEnumerable<JsonElement> ordered = order == "asc" ? items : items.Reverse();
        if (after is not null)
        {
            if (!items.Any(item => item.Text("id") == after)) throw Given.Invalid("after", $"\"after\" is \"{after}\", which is no item of this list.");
            ordered = ordered.SkipWhile(item => item.Text("id") != after).Skip(1);
        }
        await WritePageAsync(http, [.. ordered.Take(limit + 1)], limit);
    }

    /// <summary>Answers with the first items of what is left of a list.</summary>
    /// <param name="http">The request.</param>
    /// <param name="rest">The items, one more than the page takes when there are more.</param>
    /// <param name="limit">The most items of a page.</param>
    public static async Task WritePageAsync(HttpContext http, IReadOnlyList<JsonElement> rest, int limit)
    {
        var page = rest.Take(limit).ToArray();
        var media = http.RequestServices.GetRequiredService<ItemMedia>();
        for (var i = 0; i < page.Length; i++) page[i] = await media.FillAsync(page[i], http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var item in page) item.WriteTo(writer);
            writer.WriteEndArray();
            writer.WriteString("first_id"u8, page.Length == 0 ? null : page[0].Text("id"));
            writer.WriteString("last_id"u8, page.Length == 0 ? null : page[^1].Text("id"));
            writer.WriteBoolean("has_more"u8, rest.Count > page.Length);
            writer.WriteEndObject();
        });
    }

    private static JsonElement Element(Action<Utf8JsonWriter> write)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) write(writer);
        using var parsed = JsonDocument.Parse(json.WrittenMemory);
        return parsed.RootElement.Clone();
    }
}
