using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Imports;

/// <summary>Files of other programs: their texts made readable.</summary>
internal static class ImportedJson
{
    /// <exception cref="TurnException"><c>request_invalid</c>: it is no UTF-8.</exception>
    public static JsonElement Readable(JsonElement file) => Utf8.IsValid(JsonMarshal.GetRawUtf8Value(file)) ? ForeignJson.Readable(file)
        : throw new TurnException(TurnErrorCode.RequestInvalid, "The file is no UTF-8 text. Save it as UTF-8.");
}
