using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// Headers and variables of a tool server that somebody sends back as they were shown: where one is the mask, the kept one stays. Only for where it was meant: whoever may
/// change a server's address does not get its secrets sent to another one.
/// </summary>
internal static class MaskedValues
{
    /// <summary>The server with its values.</summary>
    /// <param name="sent">As it was sent.</param>
    /// <param name="kept">As it is kept; null: it is new.</param>
    /// <exception cref="TurnException"><c>request_invalid</c>: a mask stands for nothing that is kept, or for what was meant for elsewhere.</exception>
    public static ToolServer Fill(ToolServer sent, ToolServer? kept) => sent with
    {
        Headers = Filled("headers", sent.Headers, kept?.Headers, kept is not null && Place(sent.Url) is { } place && place == Place(kept.Url), "its \"url\" is another one", StringComparer.OrdinalIgnoreCase),
        Env = Filled("env", sent.Env, kept?.Env, kept is not null && sent.Command == kept.Command, "its \"command\" is another one", StringComparer.Ordinal),
    };

    private static IReadOnlyDictionary<string, string> Filled(string field, IReadOnlyDictionary<string, string> sent, IReadOnlyDictionary<string, string>? kept, bool isSame, string other, StringComparer names)
    {
        if (!sent.Values.Contains(ToolServer.Mask)) return sent;
        var filled = new Dictionary<string, string>(sent, StringComparer.Ordinal);
        foreach (var (name, _) in sent.Where(pair => pair.Value == ToolServer.Mask))
        {
            var known = kept?.Where(pair => names.Equals(pair.Key, name)).Select(pair => pair.Value).FirstOrDefault() ?? throw Refused(field, name, "nothing is kept for it");
            filled[name] = isSame ? known : throw Refused(field, name, other);
        }
        return filled;
    }

    private static string? Place(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : null;

    private static TurnException Refused(string field, string name, string why) =>
        new(TurnErrorCode.RequestInvalid, $"\"{name}\" of \"{field}\" is {ToolServer.Mask}, as secrets are shown, and {why}. Send the value itself.") { Field = field };
}
