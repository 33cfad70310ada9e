using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Files;

namespace Turnpike.Prompts.Files;

/// <summary>The resources that a <c>.prompt</c> file brings: <c>[{kind, title?, text or file or url or upload or path or ref, id?, mediaType?, format?, detail?, policy?}]</c>.
/// <c>file</c> is a file beside the prompt file: its text, or its bytes where the kind, the <c>mediaType</c> or else its name says that it is none; <c>upload</c> the id of one that was uploaded, <c>path</c> one of the workspace; an <c>id</c> alone is a kept resource.</summary>
internal static class FileResources
{
    private const string Path = "turnpike.resources";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] Sources = ["text", "file", "url", "upload", "path", "ref"];

    /// <param name="value">The list.</param>
    /// <param name="read">Reads a file beside the prompt file; null when there is no such file.</param>
    /// <param name="faults">Hears of those that cannot be read.</param>
    public static IReadOnlyList<ResourceInput> Of(JsonNode? value, Func<string, byte[]?>? read, FileFaults faults)
    {
        if (value is null) return [];
        var list = value as JsonArray ?? throw FileErrors.Invalid(Path, "must be a list.");
        return [.. list.Select((item, i) => faults.Try(() => Resource(FileValues.Mapping(item, $"{Path}[{i}]") ?? [], $"{Path}[{i}]", read))).OfType<ResourceInput>()];
    }

    private static ResourceInput Resource(JsonObject item, string path, Func<string, byte[]?>? read)
    {
        FileValues.Only(item, path, ["kind", "title", "id", "mediaType", "format", "detail", "policy", .. Sources]);
        var sources = Sources.Count(name => item[name] is not null);
        if (sources > 1 || (sources == 0 && item["id"] is null)) throw FileErrors.Invalid(path, "needs one of \"text\", \"file\", \"url\", \"upload\", \"path\" and \"ref\".");
        var kind = FileValues.Text(item["kind"], path + ".kind") ?? throw FileErrors.Invalid(path, "needs a \"kind\", such as text.");
        var (file, mediaType) = (FileValues.Text(item["file"], path + ".file"), FileValues.Text(item["mediaType"], path + ".mediaType"));
        var bytes = Read(file, path + ".file", read);
        var type = file is null ? null : mediaType ?? FileTypes.ByName(file);
        var isText = kind is not ("image" or "audio") && (kind != "file" || type is null || FileTypes.IsTextType(type)); // by what is said of it alone: whoever writes the file again has not read it
        return new()
        {
            Kind = kind,
            Title = FileValues.Text(item["title"], path + ".title") ?? file,
            Text = FileValues.Text(item["text"], path + ".text") ?? (bytes is not null && isText ? Text(bytes, kind, file!, path + ".file") : null),
            Data = bytes is null || isText ? null : Convert.ToBase64String(bytes),
            Url = FileValues.Text(item["url"], path + ".url"),
            Id = FileValues.Text(item["id"], path + ".id"),
            File = FileValues.Text(item["upload"], path + ".upload"),
            Path = FileValues.Text(item["path"], path + ".path"),
            Ref = FileValues.Text(item["ref"], path + ".ref"),
            Format = FileValues.Text(item["format"], path + ".format"),
            Detail = FileValues.Text(item["detail"], path + ".detail"),
            MediaType = isText ? mediaType : type ?? mediaType,
            Policy = FileValues.Word(item["policy"], path + ".policy", "once", "sticky", "refresh") switch { "sticky" => ResourcePolicy.Sticky, "refresh" => ResourcePolicy.Refresh, _ => ResourcePolicy.Once },
        };
    }

    private static byte[]? Read(string? file, string path, Func<string, byte[]?>? read)
    {
        if (file is null) return null;
        if (file.Length == 0 || System.IO.Path.IsPathRooted(file) || file.Contains(':', StringComparison.Ordinal) || file.Split('/', '\\').Contains("..")) throw FileErrors.Invalid(path, "must be the path of a file beside the prompt file or below.");
        if (read is null) throw FileErrors.Invalid(path, "names a file, and only the prompt file itself was given. Write its content as \"text\".");
        try
        {
            return read(file) ?? throw new TurnException(TurnErrorCode.ResourceFailed, $"There is no file \"{file}\" beside the prompt file.");
        }
        catch (TurnException error) when (error.Field is null)
        {
            throw new TurnException(error.Code, error.Message, error) { Field = path };
        }
    }

    private static string Text(byte[] bytes, string kind, string file, string path)
    {
        try
        {
            return Strict.GetString(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException)
        {
            throw FileErrors.Invalid(path, $"names \"{file}\", which is no UTF-8 text. {(kind == "file" ? "Say its \"mediaType\", such as application/octet-stream" : "Save it as UTF-8, or attach it as it is with the kind image, audio or file")}.");
        }
    }
}
