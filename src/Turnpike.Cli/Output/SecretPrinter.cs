using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Output;

/// <summary>Shows the secret of a key, this once: on a line of its own, so that a script can take it.</summary>
internal static class SecretPrinter
{
    public static void Write(Surroundings here, bool isJson, IssuedKey issued)
    {
        if (isJson)
        {
            var json = new ArrayBufferWriter<byte>(512);
            using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) issued.WriteTo(writer);
            here.Out.Write(Encoding.UTF8.GetString(json.WrittenSpan) + "\n");
            return;
        }
        here.Out.Write(issued.Secret + "\n");
        here.Error.Write($"Key \"{issued.Key.Name}\" ({issued.Key.Id}, {string.Join(", ", issued.Key.Scopes)}). The line above is its secret; it is not shown again.\n");
        if (issued.Warning is { } warning) here.Error.Write($"warning: {warning}\n");
    }
}
