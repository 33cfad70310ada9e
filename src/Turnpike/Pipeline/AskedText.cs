using System.Globalization;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;

namespace Turnpike.Pipeline;

/// <summary>What was asked in a turn, as one text: what the template said, what was typed, and the documents that went with it once. Rules and what stays attached are sent with later turns again.</summary>
internal static class AskedText
{
    private const int MostOfDocument = 16_000; // characters; a summary tells what was said of a document, not the document

    public static async ValueTask<string> OfAsync(Turn turn, KeptParts kept, CancellationToken cancellationToken)
    {
        var told = new ChatMessage(ChatRole.User, [.. (SentTurns.Asked(turn)?.Contents ?? []).Where(IsTold)]);
        if (told.Contents.Count == 0) return turn.CleanedContent;
        var whole = await kept.AttachAsync(told, cancellationToken);
        var cut = new ChatMessage(ChatRole.User, [.. whole.Contents.Select(part => MessageParts.ResourceOf(part) is { } resource && part is TextContent text ? MessageParts.From(resource, new TextContent(Cut(text.Text))) : part)]);
        return string.Join("\n\n", MessageParts.AsSent(cut).Contents.OfType<TextContent>().Select(text => text.Text));
    }

    /// <summary>Texts only: who summarizes need not see pictures.</summary>
    private static bool IsTold(AIContent part) => part is (TextContent or KeptPart { MediaType: null })
        && (MessageParts.ResourceOf(part) is { } resource ? resource.Policy == ResourcePolicy.Once : MessageParts.OriginOf(part) is MessageParts.Template or MessageParts.Typed);

    private static string Cut(string text)
    {
        if (text.Length <= MostOfDocument) return text;
        var length = char.IsHighSurrogate(text[MostOfDocument - 1]) ? MostOfDocument - 1 : MostOfDocument;
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, length)}\n… cut: {length:N0} of {text.Length:N0} characters");
    }
}
