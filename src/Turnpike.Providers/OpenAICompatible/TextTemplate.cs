using System.Buffers;
using System.Text;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>
/// The bytes around the text of a chunk that brought text and nothing else. Most chunks of a stream have the same: of those only the text is read. Whatever differs, and any
/// text with an escape in it, is left to the reader of JSON.
/// </summary>
internal sealed class TextTemplate
{
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);
    private byte[] _before = [], _behind = [];

    /// <summary>Takes a chunk as the pattern of those that follow.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="from">Where its text begins, behind the quotation mark.</param>
    /// <param name="length">The bytes of the text as they stand there.</param>
    public void Learn(ReadOnlySpan<byte> chunk, int from, int length)
    {
        if (_before.AsSpan().SequenceEqual(chunk[..from]) && _behind.AsSpan().SequenceEqual(chunk[(from + length)..])) return;
        (_before, _behind) = (chunk[..from].ToArray(), chunk[(from + length)..].ToArray());
    }

    /// <summary>The text of a chunk that is as the pattern but for it; false for any other.</summary>
    public bool TryRead(ReadOnlySpan<byte> chunk, out string text)
    {
        text = "";
        var length = chunk.Length - _before.Length - _behind.Length;
        if (length < 0 || _before.Length == 0 || !chunk.StartsWith(_before) || !chunk.EndsWith(_behind)) return false;
        var plain = chunk.Slice(_before.Length, length);
        if (plain.ContainsAny(NotPlain)) return false;
        text = Encoding.UTF8.GetString(plain);
        return true;
    }
}
