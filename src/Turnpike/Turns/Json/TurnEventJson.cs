using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Turnpike.Turns.Events;

namespace Turnpike.Turns.Json;

/// <summary>
/// The JSON of events: <c>{"type", "sequence", "turn", "conversation", "at", …}</c> and the event's own members, times in UTC to the millisecond.
/// Deltas are the hot path and are written without allocating.
/// </summary>
public static class TurnEventJson
{
    private const int LongText = 1024; // above it, text is written in pieces instead of asking for one great span

    [ThreadStatic] private static ArrayBufferWriter<byte>? _scratch;
    [ThreadStatic] private static Utf8JsonWriter? _writer;

    /// <summary>Writes the native API's event as a server-sent event: <c>id</c>, <c>event</c>, <c>data</c> and the empty line.</summary>
    public static void WriteSse(IBufferWriter<byte> to, TurnEvent happened)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(happened);
        var line = new JsonSpan(to.GetSpan(64));
        line.Raw("id: "u8);
        line.Number(happened.Sequence);
        line.Raw("\nevent: "u8);
        line.Text(happened.Type);
        line.Raw("\ndata: "u8);
        to.Advance(line.Length);
        WriteData(to, happened);
        to.Write("\n\n"u8);
    }

    /// <summary>Writes the whole object: where the event stands and its own members.</summary>
    public static void WriteData(IBufferWriter<byte> to, TurnEvent happened)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(happened);
        var head = new JsonSpan(to.GetSpan(160 + JsonText.MaxBytes(happened.Turn.Length + happened.Conversation.Length)));
        head.Raw("{\"type\":\""u8);
        head.Text(happened.Type);
        head.Raw("\",\"sequence\":"u8);
        head.Number(happened.Sequence);
        head.Raw(",\"turn\":\""u8);
        head.Text(happened.Turn);
        head.Raw("\",\"conversation\":\""u8);
        head.Text(happened.Conversation);
        head.Raw("\",\"at\":\""u8);
        head.Time(happened.At);
        head.Raw("\""u8);
        to.Advance(head.Length);
        WriteMembers(to, happened, isFirst: false);
        to.Write("}"u8);
    }

    /// <summary>Writes an object with the event's own members only.</summary>
    public static void WritePayload(IBufferWriter<byte> to, TurnEvent happened)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(happened);
        to.Write("{"u8);
        WriteMembers(to, happened, isFirst: true);
        to.Write("}"u8);
    }

    /// <summary>Reads what <see cref="WritePayload"/> wrote.</summary>
    /// <param name="type">The event's type.</param>
    /// <param name="payload">Its own members.</param>
    /// <param name="place">Where it stands.</param>
    /// <exception cref="JsonException">The payload is no such event.</exception>
    public static TurnEvent Read(string type, ReadOnlySpan<byte> payload, in TurnEventPlace place)
    {
        var reader = new Utf8JsonReader(payload, JsonElements.Reader);
        var happened = type switch
        {
            "text.delta" => TurnEventJsonReader.ReadText(ref reader),
            "reasoning.delta" => TurnEventJsonReader.ReadReasoning(ref reader),
            _ => TurnEventJsonReader.Read(type, JsonElement.ParseValue(ref reader)),
        };
        happened.Place(place.Turn, place.Conversation, place.Sequence, place.At);
        return happened;
    }

    /// <summary>Reads what <see cref="WriteData"/> wrote.</summary>
    /// <exception cref="JsonException">The data is no event.</exception>
    public static TurnEvent Read(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, JsonElements.Reader);
        var value = JsonElement.ParseValue(ref reader);
        try
        {
            var happened = TurnEventJsonReader.Read(value.GetProperty("type").GetString()!, value);
            happened.Place(value.GetProperty("turn").GetString()!, value.GetProperty("conversation").GetString()!, value.GetProperty("sequence").GetInt64(), value.GetProperty("at").GetDateTimeOffset());
            return happened;
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException("The data is no event of a turn.", error);
        }
    }

    private static void WriteMembers(IBufferWriter<byte> to, TurnEvent happened, bool isFirst)
    {
        switch (happened)
        {
            case TextDelta said:
                WriteDelta(to, said.Text, said.Step, said.Block, said.Refusal, isFirst);
                if (said.Phase is { } phase) WriteText(to, ",\"phase\":\""u8, phase);
                if (said.Citations.Count > 0) WriteCitations(to, said.Citations);
                break;
            case ReasoningDelta thought: WriteDelta(to, thought.Text, thought.Step, thought.Block, refusal: false, isFirst, thought.Protected); break;
            default:
                var scratch = _scratch ??= new(512);
                scratch.ResetWrittenCount();
                var writer = _writer ??= new(scratch, TurnpikeJson.Writer);
                writer.Reset(scratch);
                TurnEventJsonWriter.WriteMembers(writer, happened);
                writer.Flush();
                if (scratch.WrittenCount > 0 && !isFirst) to.Write(","u8);
                to.Write(scratch.WrittenSpan);
                break;
        }
    }

    private static void WriteDelta(IBufferWriter<byte> to, string text, int step, int block, bool refusal, bool isFirst, string? sealedData = null)
    {
        var inOne = text.Length <= LongText;
        var line = new JsonSpan(to.GetSpan(80 + (inOne ? JsonText.MaxBytes(text.Length) : 0)));
        line.Raw(isFirst ? "\"text\":\""u8 : ",\"text\":\""u8);
        if (inOne)
        {
            line.Text(text);
        }
        else
        {
            to.Advance(line.Length);
            JsonText.Write(to, text);
            line = new(to.GetSpan(80));
        }
        line.Raw("\",\"step\":"u8);
        line.Number(step);
        line.Raw(",\"block\":"u8);
        line.Number(block);
        if (refusal) line.Raw(",\"refusal\":true"u8);
        to.Advance(line.Length);
        if (sealedData is not null) WriteText(to, ",\"protected\":\""u8, sealedData);
    }

    private static void WriteText(IBufferWriter<byte> to, ReadOnlySpan<byte> head, string text)
    {
        to.Write(head);
        JsonText.Write(to, text);
        to.Write("\""u8);
    }

    private static void WriteCitations(IBufferWriter<byte> to, IReadOnlyList<TextCitation> citations)
    {
        to.Write(",\"citations\":"u8);
        using var writer = new Utf8JsonWriter(to, TurnpikeJson.Writer);
        writer.WriteStartArray();
        foreach (var citation in citations)
        {
            writer.WriteStartObject();
            writer.WriteString("url"u8, citation.Url);
            if (citation.Title is { } title) writer.WriteString("title"u8, title);
            writer.WriteNumber("start"u8, citation.Start);
            writer.WriteNumber("end"u8, citation.End);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Writes into a span that is large enough.</summary>
    private ref struct JsonSpan(Span<byte> to)
    {
        private readonly Span<byte> _to = to;

        public int Length { get; private set; }

        public void Raw(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_to[Length..]);
            Length += bytes.Length;
        }

        public void Text(string text) => Length += JsonText.Write(_to[Length..], text);

        public void Number(long number)
        {
            Utf8Formatter.TryFormat(number, _to[Length..], out var written);
            Length += written;
        }

        public void Time(DateTimeOffset time)
        {
            time.UtcDateTime.TryFormat(_to[Length..], out _, "O");
            _to[Length + 23] = (byte)'Z'; // behind the milliseconds: 2025-01-31T12:00:00.000
            Length += 24;
        }
    }
}
