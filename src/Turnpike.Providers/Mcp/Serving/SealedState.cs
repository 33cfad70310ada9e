using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>State that a client carries for us between a question and its answer: it can neither read nor change it, nor use it for another request.</summary>
internal sealed class SealedState(byte[] key, TimeProvider time)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public string Seal(McpCall call, JsonObject state)
    {
        var whole = new JsonObject { ["k"] = call.Caller.Key, ["m"] = call.Method, ["d"] = Digest(call), ["s"] = state.DeepClone(), ["e"] = (time.GetUtcNow() + Lasts).ToUnixTimeSeconds() };
        var plain = Encoding.UTF8.GetBytes(whole.ToJsonString());
        var bytes = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(bytes.AsSpan(0, NonceLength), plain, bytes.AsSpan(NonceLength, plain.Length), bytes.AsSpan(NonceLength + plain.Length));
        return Convert.ToBase64String(bytes);
    }

    /// <exception cref="McpError">It is not ours, is too old, or belongs to another request.</exception>
    public JsonObject Open(McpCall call)
    {
        try
        {
            var bytes = Convert.FromBase64String(call.Text("requestState"));
            var plain = new byte[bytes.Length - NonceLength - TagLength];
            using var cipher = new AesGcm(key, TagLength);
            cipher.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength, plain.Length), bytes.AsSpan(NonceLength + plain.Length), plain);
            var whole = JsonNode.Parse(plain)!.AsObject();
            if ((string?)whole["k"] == call.Caller.Key && (string?)whole["m"] == call.Method && (string?)whole["d"] == Digest(call) && (long)whole["e"]! >= time.GetUtcNow().ToUnixTimeSeconds()) return whole["s"]!.AsObject();
        }
        catch (Exception error) when (error is FormatException or CryptographicException or JsonException or ArgumentException or OverflowException)
        {
            // told below, in one way for all
        }
        throw new McpError(McpError.Params, "\"requestState\" is not of this request, or older than ten minutes. Ask again without it.");
    }

    private static string Digest(McpCall call) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Params["name"]?.ToJsonString()}\n{call.Params["arguments"]?.ToJsonString()}")));
}
