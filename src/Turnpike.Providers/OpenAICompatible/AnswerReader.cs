using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Providers.Http;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Reads the body of a good answer: an event stream, or one JSON object from a server that does not stream.</summary>
internal sealed class AnswerReader(Stream stream, bool streamed, ChunkReader chunks, ProviderFaults faults) : IDisposable
{
    private readonly EventStreamReader events = new(stream);
    private bool done;

    /// <summary>The next update out of the bytes that are here; false when more must be read.</summary>
    public bool TryRead(out ChatResponseUpdate update)
    {
        while (!done && TryReadChunk(out var read))
        {
            if (read is null) continue;
            update = read;
            return true;
        }
        update = null!;
        return false;
    }

    /// <summary>Reads more bytes; false when there are no more.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (done || events.Ended) return false;
        try
        {
            await events.FillAsync(cancellationToken);
            return true;
        }
        catch (IOException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // What comes after the finish reason may be lost: the answer is whole.
            return chunks.Finished ? false : throw faults.Broken("broke off before the answer ended", error);
        }
        catch (InvalidDataException error)
        {
            throw faults.Broken($"held {error.Message}", error);
        }
    }

    /// <summary>The last update. Throws when the stream ended before the answer did.</summary>
    public ChatResponseUpdate Finish() => done || chunks.Finished ? chunks.Finish() : throw faults.Broken("ended before the answer did");

    public void Dispose() => events.Dispose();

    private bool TryReadChunk(out ChatResponseUpdate? update)
    {
        update = null;
        if (!(streamed ? events.TryRead(out var data) : events.TryReadAll(out data))) return false;
        done = data.SequenceEqual("[DONE]"u8);
        if (done) return false;
        try
        {
            update = chunks.Read(data);
            return true;
        }
        catch (JsonException error)
        {
            // A cut last event after the finish reason loses nothing but the usage.
            if (events.Ended && chunks.Finished) return false;
            throw faults.Broken(!streamed ? "held no answer in JSON" : events.Ended ? "ended in the middle of a chunk" : "held something that is not JSON", error);
        }
    }
}
