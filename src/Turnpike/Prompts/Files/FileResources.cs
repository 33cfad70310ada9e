using System.Text.Json.Nodes;
using Turnpike.Turns;

namespace Turnpike.Prompts.Files;

/// <summary>The resources that a <c>.prompt</c> file brings: <c>[{kind, title?, text or file or url or upload or path or ref, id?, mediaType?, format?, detail?, policy?}]</c>.
/// <c>file</c> is a file beside the prompt file, <c>upload</c> the id of one that was uploaded, <c>path</c> one of the workspace; an <c>id</c> alone is a kept resource.</summary>
internal static class FileResources
{
    private const string Path = "turnpike.resources";
    private static readonly string[] Sources = ["text", "file", "url", "upload", "path", "ref"];

    /// <param name="value">The list.</param>
    /// <param name="read">Reads a file beside the prompt file as text; null when there is no such file.</param>
    /// <param name="faults">Hears of those that cannot be read.</param>
    public static IReadOnlyList<ResourceInput> Of(JsonNode? value, Func<string, string?>? read, FileFaults faults)
    {
        if (value is null) return [];
        var list = value as JsonArray ?? throw FileErrors.Invalid(Path, "must be a list.");
        return [.. list.Select((item, i) => faults.Try(() => Resource(FileValues.Mapping(item, $"{Path}[{i}]") ?? [], $"{Path}[{i}]", read))).OfType<ResourceInput>()];
    }

    private static ResourceInput Resource(JsonObject item, string path, Func<string, string?>? read)
    {
        FileValues.Only(item, path, ["kind", "title", "id", "mediaType", "format", "detail", "policy", .. Sources]);
        var sources = Sources.Count(name => item[name] is not null);
        if (sources > 1 || (sources == 0 && item["id"] is null)) throw FileErrors.Invalid(path, "needs one of \"text\", \"file\", \"url\", \"upload\", \"path\" and \"ref\".");
        return new()
        {
            Kind = FileValues.Text(item["kind"], path + ".kind") ?? throw FileErrors.Invalid(path, "needs a \"kind\", such as text."),
            Title = FileValues.Text(item["title"], path + ".title") ?? FileValues.Text(item["file"], path + ".file"),
            Text = FileValues.Text(item["text"], path + ".text") ?? Read(FileValues.Text(item["file"], path + ".file"), path + ".file", read),
            Url = FileValues.Text(item["url"], path + ".url"),
            Id = FileValues.Text(item["id"], path + ".id"),
            File = FileValues.Text(item["upload"], path + ".upload"),
            Path = FileValues.Text(item["path"], path + ".path"),
            Ref = FileValues.Text(item["ref"], path + ".ref"),
            Format = FileValues.Text(item["format"], path + ".format"),
            Detail = FileValues.Text(item["detail"], path + ".detail"),
            MediaType = FileValues.Text(item["mediaType"], path + ".mediaType"),
            Policy = FileValues.Word(item["policy"], path + ".policy", "once", "sticky", "refresh") switch { "sticky" => ResourcePolicy.Sticky, "refresh" => ResourcePolicy.Refresh, _ => ResourcePolicy.Once },
        };
    }

    private static string? Read(string? file, string path, Func<string, string?>? read)
    {
        if (file is null) return null;
        if (file.Length == 0 || System.IO.Path.IsPathRooted(file) || file.Contains(':', StringComparison.Ordinal) || file.Split('/', '\\').Contains("..")) throw FileErrors.Invalid(path, "must be the path of a file beside the prompt file or below.");
        if (read is null) throw FileErrors.Invalid(path, "names a file, and only the prompt file itself was given. Write its content as \"text\".");
        return read(file) ?? throw new TurnException(TurnErrorCode.ResourceFailed, $"There is no file \"{file}\" beside the prompt file.") { Field = path };
    }
}
