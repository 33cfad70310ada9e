using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Writes the events of a response, numbered from 0 without gaps; those that the reader has are counted and not written.</summary>
/// <param name="after">The number of the last event that the reader has; -1 for none, <see cref="long.MaxValue"/> when nothing is to be written.</param>
internal sealed class NumberedEvents(long after)
{
    private byte[] _deltaHead = [];
    private byte[] _deltaBody = [];
    private long _next;

    /// <summary>Writes one event; what <paramref name="members"/> writes follows its type and number.</summary>
    public void Write(IBufferWriter<byte> to, Utf8JsonWriter writer, ReadOnlySpan<byte> type, Action<Utf8JsonWriter> members)
    {
        var number = _next++;
        if (number <= after) return;
        to.Write("event: "u8);
        to.Write(type);
        to.Write("\ndata: "u8);
        writer.WriteStartObject();
        writer.WriteString("type"u8, type);
        writer.WriteNumber("sequence_number"u8, number);
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        to.Write("\n\n"u8);
    }

    /// <summary>Makes what all deltas of an item have in common, once for all of them.</summary>
    public void Prepare(string type, OutputItem item, string index, string more)
    {
        _deltaHead = Encoding.UTF8.GetBytes($"event: {type}\ndata: {{\"type\":\"{type}\",\"sequence_number\":");
        _deltaBody = Encoding.UTF8.GetBytes($",\"item_id\":\"{item.Id}\",\"output_index\":{item.Index},\"{index}\":0{more},\"delta\":\"");
    }

    /// <summary>Writes a delta of the item last prepared for.</summary>
    public void Delta(IBufferWriter<byte> to, string text)
    {
        var number = _next++;
        if (number <= after) return;
        to.Write(_deltaHead);
        Utf8Formatter.TryFormat(number, to.GetSpan(20), out var digits);
        to.Advance(digits);
        to.Write(_deltaBody);
        JsonText.Write(to, text);
        to.Write("\"}\n\n"u8);
    }

    /// <summary>Lets the end be written to a reader who saw events that a crash then took.</summary>
    /// <param name="isTaken">Whether a crash ended the turn: the end may then stand under the number of the last event that the reader saw.</param>
    public void Reach(bool isTaken)
    {
        if (after != long.MaxValue && (_next < after || (isTaken && _next == after))) _next = after + 1;
    }
}
