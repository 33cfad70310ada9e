namespace Turnpike.Turns.Files;

/// <summary>Makes a file of what its uploader says and what its bytes are.</summary>
internal static class NewFile
{
    /// <exception cref="TurnException"><c>request_invalid</c>: it is empty, or something else than it claims to be.</exception>
    public static StoredFile Of(FileUpload upload, KeptContent content, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(upload);
        var name = FileTypes.Name(upload.Name);
        if (content.Size == 0) throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{name}\" is empty. Send a file that holds something.") { Field = "file" };
        return new()
        {
            Id = upload.Id ?? Ids.New("file"),
            Name = name,
            MediaType = FileTypes.Of(name, upload.MediaType, content.Head.Span),
            Size = content.Size,
            Hash = content.Hash,
            CreatedAt = now,
            Purpose = upload.Purpose,
            ExpiresAt = upload.ExpiresAt,
        };
    }
}
