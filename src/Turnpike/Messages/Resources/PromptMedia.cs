using Turnpike.Prompts.Templates;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;

namespace Turnpike.Messages.Resources;

/// <summary>
/// Reads what the media of a rendered template name: an uploaded file by its id, a data: URL, the address of a file. What holds text becomes text where it stands;
/// the address of an image is handed on.
/// </summary>
internal static class PromptMedia
{
    /// <summary>The type of a variable that may hold any file.</summary>
    public const string AnyFile = "*/*";

    /// <summary>The messages with their media read; those that are not sent with this turn stay as they are.</summary>
    /// <exception cref="TurnException"><c>resource_not_found, resource_failed, resource_too_large, resource_unsupported</c>, naming the file.</exception>
    public static async ValueTask<RenderedMessages> LoadAsync(RenderedMessages rendered, Func<int, bool> isSent, ResourceLoading loading, TurnDraft draft, ModelInfo? model, CancellationToken cancellationToken)
    {
        if (!rendered.Messages.Any(message => message.Pieces.Any(IsMedia))) return rendered;
        var messages = rendered.Messages.ToArray();
        for (var i = 0; i < messages.Length; i++)
        {
            if (!isSent(i) || !messages[i].Pieces.Any(IsMedia)) continue;
            var pieces = new List<TemplatePiece>(messages[i].Pieces.Count);
            foreach (var piece in messages[i].Pieces) pieces.Add(IsMedia(piece) ? await LoadAsync(piece, loading, draft, model, cancellationToken) : piece);
            messages[i] = messages[i] with { Pieces = pieces };
        }
        return rendered with { Messages = messages };
    }

    private static bool IsMedia(TemplatePiece piece) => piece.Kind == PieceKind.Media;

    private static async ValueTask<TemplatePiece> LoadAsync(TemplatePiece piece, ResourceLoading loading, TurnDraft draft, ModelInfo? model, CancellationToken cancellationToken)
    {
        var type = piece.Detail is AnyFile ? null : piece.Detail;
        var isFile = piece.Text.StartsWith("file_", StringComparison.Ordinal);
        var isAddress = !isFile && !piece.Text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
        if (isAddress && piece.Detail is not AnyFile) return Read(piece, type ?? "image/*", model);
        var input = isFile ? new ResourceInput { File = piece.Text, MediaType = type } : new ResourceInput { Url = piece.Text, MediaType = type };
        var content = (await loading.LoadAsync(new() { Resource = input, Conversation = draft.Conversation.Id, User = draft.Request.User }, cancellationToken))!;
        if (content.Text is { } text)
        {
            if (draft.Trace.Secrets.Contains(piece.Text)) draft.Trace.HideText(text);
            return new(PieceKind.Text, text) { Source = piece.Source };
        }
        if (content.Address is { } address) return Read(new(PieceKind.Media, address.AbsoluteUri, content.MediaType) { Source = piece.Source, Given = piece.Given }, content.MediaType ?? "image/*", model);
        var known = content.MediaType ?? FileTypes.Unknown;
        return Read(new(PieceKind.Media, $"data:{known};base64,{Convert.ToBase64String(content.Bytes.Span)}", known) { Source = piece.Source, Given = piece.Given }, known, model);
    }

    private static TemplatePiece Read(TemplatePiece piece, string type, ModelInfo? model)
    {
        var reads = type.StartsWith("image/", StringComparison.Ordinal) ? "image" : type.StartsWith("audio/", StringComparison.Ordinal) ? "audio" : "file";
        if (model?.Input is not { } input || input.Contains(reads)) return piece;
        throw new TurnException(TurnErrorCode.ResourceUnsupported, $"Model \"{model.Id}\" reads no {reads}s, and the prompt sends one of type \"{type}\". Choose another model or leave it out.") { Field = "variables" };
    }
}
