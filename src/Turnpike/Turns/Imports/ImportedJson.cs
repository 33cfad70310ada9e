using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Turnpike.Turns.Imports;

/// <summary>
/// JSON of other programs. Some cut texts in the middle of a character and write the half that is left as an escape, which is JSON but no text (RFC 8259, 8.2); such a half becomes U+FFFD.
/// </summary>
internal static class ImportedJson
{
    private const int Escape = 6; // bytes of \u0000

    /// <exception cref="TurnException"><c>request_invalid</c>: it is no UTF-8.</exception>
    public static JsonElement Readable(JsonElement file)
    {
        var json = JsonMarshal.GetRawUtf8Value(file);
        if (!Utf8.IsValid(json)) throw new TurnException(TurnErrorCode.RequestInvalid, "The file is no UTF-8 text. Save it as UTF-8.");
        var at = Half(json, 0);
        if (at < 0) return file;
        var whole = json.ToArray();
        for (; at >= 0; at = Half(whole, at + Escape)) "fffd"u8.CopyTo(whole.AsSpan(at + 2));
        return JsonElement.Parse(whole);
    }

    /// <summary>Where the next escape stands that is half of a character; -1 when there is none.</summary>
    private static int Half(ReadOnlySpan<byte> json, int from)
    {
        for (var at = Next(json, from); at >= 0; at = Next(json, at))
        {
            if (json[at + 1] != (byte)'u')
            {
                at += 2;
                continue;
            }
            var unit = Unit(json, at);
            if (char.IsLowSurrogate(unit)) return at;
            if (!char.IsHighSurrogate(unit)) at += Escape;
            else if (json[at + Escape] == (byte)'\\' && json[at + Escape + 1] == (byte)'u' && char.IsLowSurrogate(Unit(json, at + Escape))) at += 2 * Escape;
            else return at;
        }
        return -1;
    }

    private static int Next(ReadOnlySpan<byte> json, int from) => json[from..].IndexOf((byte)'\\') is var next and >= 0 ? from + next : -1;

    private static char Unit(ReadOnlySpan<byte> json, int at) => Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort unit, out _, 'x') ? (char)unit : '\0';
}
