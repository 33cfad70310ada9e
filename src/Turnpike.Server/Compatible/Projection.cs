using System.Buffers;
using System.Text.Json;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible;

/// <summary>
/// A turn's events in a face's own words: a pure function of the log, read from event 1, so the same log always makes the same bytes. One instance tells one
/// stream.
/// </summary>
internal abstract class Projection : IDisposable
{
    private readonly Utf8JsonWriter _writer = new(Stream.Null, TurnpikeJson.Writer);

    /// <summary>Whether there is nothing more to tell, though the log may go on.</summary>
    public bool IsOver { get; protected set; }

    /// <summary>Writes what an event becomes; it may become nothing, or several.</summary>
    public abstract void Project(IBufferWriter<byte> to, TurnEvent happened);

    public void Dispose() => _writer.Dispose();

    /// <summary>The writer, at the start of a value. What it wrote is there after <see cref="Utf8JsonWriter.Flush"/>.</summary>
    protected Utf8JsonWriter Json(IBufferWriter<byte> to)
    {
        _writer.Reset(to);
        return _writer;
    }

    /// <summary>The suffix that names a turn on every face.</summary>
    public static string Suffix(string turn) => turn[(turn.IndexOf('_', StringComparison.Ordinal) + 1)..];
}
