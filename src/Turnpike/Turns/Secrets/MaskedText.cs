using System.Text;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Secrets;

/// <summary>
/// A text, or the address of media, in which <c>•••</c> stands for secrets, with marks that tell where and for which of them, so that the exact text can be made again by whoever has the secrets.
/// The marks go with a part of a message.
/// </summary>
internal static class MaskedText
{
    private const string Key = "turnpike.masked";
    private const string Relative = "./";

    /// <summary>The marks of a part; null when nothing in it is masked.</summary>
    public static IReadOnlyList<SecretMark>? MarksOf(AIContent part) => part.AdditionalProperties?.TryGetValue(Key, out var marks) == true ? marks as IReadOnlyList<SecretMark> : null;

    /// <summary>The part, marked.</summary>
    public static T Marked<T>(T part, IReadOnlyList<SecretMark> marks) where T : AIContent
    {
        (part.AdditionalProperties ??= [])[Key] = marks;
        return part;
    }

    /// <summary>Takes the marks off a part.</summary>
    public static void Unmark(AIContent part) => part.AdditionalProperties?.Remove(Key);

    /// <summary>The message with its texts and addresses masked. Texts of resources stay: they are what a document says.</summary>
    /// <param name="message">The message.</param>
    /// <param name="secrets">The secrets, longest first.</param>
    public static ChatMessage Hide(ChatMessage message, IReadOnlyList<string> secrets) => Each(message, part => MessageParts.ResourceOf(part) is null ? Hide(part, secrets) : part);

    /// <summary>The message as it was before <see cref="Hide(ChatMessage, IReadOnlyList{string})"/>.</summary>
    public static ChatMessage Restore(ChatMessage message, IReadOnlyList<string> secrets) => Each(message, part => MarksOf(part) is not { } marks ? part : part switch
    {
        TextContent text => With(text, Restore(text.Text, marks, secrets), null),
        UriContent uri when Restore(uri.Uri.OriginalString, marks, secrets) is var address => Uri.TryCreate(address.StartsWith(Relative, StringComparison.Ordinal) ? address[Relative.Length..] : address, UriKind.Absolute, out var whole) && !address.Contains(SecretText.Mask, StringComparison.Ordinal) ? With(uri, whole, null) : Sendable(uri),
        _ => part,
    });

    /// <summary>The part as it can be sent: an address whose secrets are gone leads nowhere, so a text stands in its place.</summary>
    public static AIContent Sendable(AIContent part) => part is UriContent uri && MarksOf(part) is not null ? new TextContent($"[{uri.MediaType}: {uri.Uri.OriginalString}]") : part;

    private static ChatMessage Each(ChatMessage message, Func<AIContent, AIContent> change)
    {
        AIContent[]? changed = null;
        for (var i = 0; i < message.Contents.Count; i++)
        {
            var part = change(message.Contents[i]);
            if (!ReferenceEquals(part, message.Contents[i])) (changed ??= [.. message.Contents])[i] = part;
        }
        return changed is null ? message : new(message.Role, changed) { AuthorName = message.AuthorName };
    }

    private static AIContent Hide(AIContent part, IReadOnlyList<string> secrets)
    {
        if (part is not (TextContent or UriContent)) return part;
        var masked = Hide(part is UriContent address ? address.Uri.OriginalString : ((TextContent)part).Text, secrets, out var marks);
        if (marks.Count == 0) return part;
        if (part is not UriContent uri) return With((TextContent)part, masked, marks);
        var shown = Address(masked);
        return With(uri, shown, shown.OriginalString.Length == masked.Length ? marks : [.. marks.Select(mark => mark with { At = mark.At + Relative.Length })]);
    }

    /// <summary>A masked address. A mask in the place of its port is no part of an address: then it is written as a relative one.</summary>
    public static Uri Address(string masked) => Uri.TryCreate(masked, UriKind.RelativeOrAbsolute, out var address) ? address : new(Relative + masked, UriKind.Relative);

    private static TextContent With(TextContent part, string text, IReadOnlyList<SecretMark>? marks) => With(new TextContent(text), part, marks);

    private static UriContent With(UriContent part, Uri address, IReadOnlyList<SecretMark>? marks) => With(new UriContent(address, part.MediaType), part, marks);

    private static T With<T>(T copy, T part, IReadOnlyList<SecretMark>? marks) where T : AIContent
    {
        copy.AdditionalProperties = part.AdditionalProperties is { } properties ? new(properties) : null;
        copy.AdditionalProperties?.Remove(Key);
        return marks is null ? copy : Marked(copy, marks);
    }

    /// <summary>A text without the secrets.</summary>
    /// <param name="text">The text.</param>
    /// <param name="secrets">The secrets, longest first: where two begin, the longer is the one.</param>
    /// <param name="marks">Where one stood.</param>
    public static string Hide(string text, IReadOnlyList<string> secrets, out IReadOnlyList<SecretMark> marks)
    {
        var (next, found) = (new int[secrets.Count], new List<SecretMark>());
        Array.Fill(next, -1);
        var masked = new StringBuilder();
        for (var from = 0; ;)
        {
            var (at, which) = (int.MaxValue, -1);
            for (var i = 0; i < next.Length; i++)
            {
                if (next[i] < from) next[i] = text.IndexOf(secrets[i], from, StringComparison.Ordinal) is var place and >= 0 ? place : int.MaxValue;
                if (next[i] < at) (at, which) = (next[i], i);
            }
            marks = found;
            if (which < 0) return found.Count == 0 ? text : masked.Append(text, from, text.Length - from).ToString();
            masked.Append(text, from, at - from);
            found.Add(new(masked.Length, which));
            masked.Append(SecretText.Mask);
            from = at + secrets[which].Length;
        }
    }

    /// <summary>The text before it was masked; a mark that does not fit stays a mask.</summary>
    public static string Restore(string text, IReadOnlyList<SecretMark> marks, IReadOnlyList<string> secrets)
    {
        var (whole, from) = (new StringBuilder(), 0);
        foreach (var (at, which) in marks)
        {
            if (at < from || at > text.Length - SecretText.Mask.Length || which < 0 || which >= secrets.Count || !text.AsSpan(at).StartsWith(SecretText.Mask, StringComparison.Ordinal)) continue;
            whole.Append(text, from, at - from).Append(secrets[which]);
            from = at + SecretText.Mask.Length;
        }
        return whole.Append(text, from, text.Length - from).ToString();
    }
}
