namespace Turnpike.Turns.Files;

/// <summary>Finds out what bytes are and holds it against what they are said to be.</summary>
public static class FileTypes
{
    private const int LongestType = 200; // what claims more is judged by its name and bytes, like what claims no type at all
    /// <summary>Bytes of a kind that is not known.</summary>
    public const string Unknown = "application/octet-stream";

    private const string PlainText = "text/plain";
    private const string Zip = "application/zip";

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = PlainText,
        [".log"] = PlainText,
        [".md"] = "text/markdown",
        [".markdown"] = "text/markdown",
        [".html"] = "text/html",
        [".htm"] = "text/html",
        [".csv"] = "text/csv",
        [".tsv"] = "text/tab-separated-values",
        [".json"] = "application/json",
        [".xml"] = "application/xml",
        [".yaml"] = "application/yaml",
        [".yml"] = "application/yaml",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".svg"] = "image/svg+xml",
        [".wav"] = "audio/wav",
        [".mp3"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
        [".flac"] = "audio/flac",
        [".pdf"] = "application/pdf",
        [".zip"] = Zip,
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    };

    private static readonly Dictionary<string, string> SameThing = new(StringComparer.OrdinalIgnoreCase)
    {
        ["image/jpg"] = "image/jpeg",
        ["image/pjpeg"] = "image/jpeg",
        ["image/x-png"] = "image/png",
        ["audio/mp3"] = "audio/mpeg",
        ["audio/x-wav"] = "audio/wav",
        ["audio/wave"] = "audio/wav",
        ["audio/vnd.wave"] = "audio/wav",
        ["audio/x-flac"] = "audio/flac",
        ["application/ogg"] = "audio/ogg",
        ["application/x-pdf"] = "application/pdf",
        ["application/x-zip-compressed"] = Zip,
        ["text/x-markdown"] = "text/markdown",
        ["application/csv"] = "text/csv",
        ["text/json"] = "application/json",
        ["video/ogg"] = "audio/ogg",
    };

    /// <summary>What bytes are by their first ones: a media type with a signature, <c>text/plain</c> for what reads as text, else <see cref="Unknown"/>.</summary>
    /// <param name="head">The first bytes; 4 KiB are enough.</param>
    public static string Sniff(ReadOnlySpan<byte> head) =>
        head.StartsWith(PngSignature) ? "image/png"
        : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? "image/gif"
        : head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
        : head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..12].SequenceEqual("WAVE"u8) ? "audio/wav"
        : head.StartsWith("OggS"u8) ? "audio/ogg"
        : head.StartsWith("fLaC"u8) ? "audio/flac"
        : head.StartsWith("ID3"u8) || (head.Length > 1 && head[0] == 0xFF && (head[1] & 0xE6) == 0xE2) ? "audio/mpeg"
        : head.StartsWith("%PDF-"u8) ? "application/pdf"
        : head.StartsWith((ReadOnlySpan<byte>)[(byte)'P', (byte)'K', 3, 4]) ? Zip
        : head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "application/gzip"
        : head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8) ? "video/mp4"
        : IsText(head) ? PlainText : Unknown;

    /// <summary>The type of a file: what it claims to be, if its bytes allow that, else what its name says, else what its bytes say.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: the bytes are something else than claimed.</exception>
    public static string Of(string name, string? claimed, ReadOnlySpan<byte> head)
    {
        var sniffed = Sniff(head);
        var claim = Plain(claimed);
        if (claim is null or Unknown or "" || !IsType(claim) || claim.Length > LongestType)
        {
            var byName = ByExtension.GetValueOrDefault(Path.GetExtension(name));
            return byName is not null && Allows(byName, sniffed) ? byName : sniffed;
        }
        if (!Allows(claim, sniffed)) throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{name}\" is said to be {claim}, and its bytes are {sniffed}. Send it with its own type, or with none.") { Field = "file" };
        return claim == PlainText && ByExtension.GetValueOrDefault(Path.GetExtension(name)) is { } exact && IsTextType(exact) ? exact : claim;
    }

    /// <summary>What a file of this name usually is; null when the ending is not known.</summary>
    public static string? ByName(string name) => ByExtension.GetValueOrDefault(Path.GetExtension(name));

    /// <summary>Whether bytes of this type are text that people can read.</summary>
    public static bool IsTextType(string? mediaType) => Plain(mediaType) is { } type &&
        (type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/xml" or "application/yaml" or "application/x-yaml" or "application/javascript" or "application/x-ndjson" or "image/svg+xml"
        || type.EndsWith("+json", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal));

    /// <summary>A media type in lower case without its parameters, under its usual name; null for none.</summary>
    public static string? Plain(string? mediaType)
    {
        if (string.IsNullOrWhiteSpace(mediaType)) return null;
        var plain = mediaType.Split(';')[0].Trim().ToLowerInvariant();
        return SameThing.GetValueOrDefault(plain, plain);
    }

    /// <summary>A file's type as a header can carry it: what was kept before types were looked at may be none.</summary>
    public static string Sendable(string? mediaType) => mediaType is not null && IsType(mediaType) ? mediaType : Unknown;

    /// <summary>Whether a text is a media type at all, such as <c>image/png</c> or <c>image/*</c>.</summary>
    internal static bool IsType(string? mediaType) => System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(mediaType, out _);

    /// <summary>A file's name as it is kept: the last part of a path, without control characters, at most 200 characters.</summary>
    public static string Name(string? given)
    {
        var last = (given ?? "").Split('/', '\\')[^1];
        var clean = new string([.. last.Where(c => !char.IsControl(c))]).Trim();
        if (clean.Length > 200) clean = clean[^200..];
        return clean is "" or "." or ".." ? "file" : clean;
    }

    private static bool Allows(string claim, string sniffed)
    {
        if (claim == sniffed) return true;
        if (IsTextType(claim)) return sniffed == PlainText;
        return sniffed switch
        {
            Unknown => !HasSignature(claim),
            PlainText => !HasSignature(claim) && !claim.StartsWith("image/", StringComparison.Ordinal) && !claim.StartsWith("audio/", StringComparison.Ordinal) && !claim.StartsWith("video/", StringComparison.Ordinal),
            Zip => !HasSignature(claim) && claim.StartsWith("application/", StringComparison.Ordinal), // office files and many others are zip archives
            "video/mp4" => claim.StartsWith("video/", StringComparison.Ordinal) || claim.StartsWith("audio/", StringComparison.Ordinal) || claim is "image/heic" or "image/avif",
            "audio/ogg" => claim.StartsWith("audio/", StringComparison.Ordinal) || claim.StartsWith("video/", StringComparison.Ordinal),
            _ => false,
        };
    }

    private static bool HasSignature(string type) => type is "image/png" or "image/jpeg" or "image/gif" or "image/webp" or "audio/wav" or "audio/flac" or "application/pdf" or Zip or "application/gzip";

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return true;
        if (head.Contains((byte)0)) return false;
        var controls = 0;
        foreach (var b in head) if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B)) controls++;
        if (controls > 0) return false;
        var end = head.Length; // the head may end in the middle of a character
        for (var back = 1; back <= Math.Min(3, head.Length); back++)
        {
            if ((head[^back] & 0xC0) == 0x80) continue;
            if ((head[^back] & 0xC0) == 0xC0) end = head.Length - back;
            break;
        }
        return System.Text.Unicode.Utf8.IsValid(head[..end]);
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
}
