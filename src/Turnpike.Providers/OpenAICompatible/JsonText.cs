using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Reads the string values of a stream, also those that were cut inside a character.</summary>
internal static class JsonText
{
    /// <summary>The string at the reader. Half a surrogate pair stays as it is, so that its other half can follow; bytes that are no UTF-8 become U+FFFD.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    /// <summary>The value at the reader as text: a string's characters, an object or array as its JSON, null as null.</summary>
    public static string? ReadAny(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Read(ref reader);
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                return Encoding.UTF8.GetString(json[from..(int)reader.BytesConsumed]);
            case JsonTokenType.Null:
                return null;
            default:
                return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }
            i++;
            plain.Append(text[i] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                'u' => (char)int.Parse(text.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                var other => other,
            });
            if (text[i] == 'u') i += 4;
        }
        return plain.ToString();
    }
}
