using System.Buffers.Text;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;

namespace Turnpike.Turns.Resources;

/// <summary>What an attached resource must be. Checked before anything is loaded, so that a bad one is named before anything else happens.</summary>
public static class ResourceRules
{
    private const int TitleLength = 500;
    private const int IdLength = 200;

    /// <summary>Refuses a list with something that nobody may attach or that cannot be a resource, or with two of one id.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, naming the resource; <c>forbidden</c>: one is a file of the workspace, and the key lacks the scope <c>files</c>.</exception>
    public static void CheckAll(IReadOnlyList<ResourceInput> resources)
    {
        CheckForms(resources);
        CheckPaths(resources);
    }

    /// <summary>Refuses what cannot be a resource, and what may not be attached.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, naming the resource; <c>forbidden</c>: it is a file of the workspace, and the key lacks the scope <c>files</c>.</exception>
    public static void Check(ResourceInput resource)
    {
        CheckId(resource.Id, "id");
        CheckForm(resource);
        CheckPaths([resource]);
    }

    /// <summary>Whether some are files of the workspace, and whoever asks may not name such: by a path somebody reads what nobody gave them, so that takes the scope that lists files.</summary>
    internal static bool NamesFiles(IEnumerable<ResourceInput> given) => !KeyScope.May(Scopes.Files) && given.Any(resource => resource?.Path is not null);

    /// <summary>Refuses files of the workspace to a key without the scope <c>files</c>.</summary>
    /// <param name="given">What is given.</param>
    /// <param name="kept">What somebody kept who might: it goes on being read.</param>
    /// <param name="field">Where they stand.</param>
    /// <exception cref="TurnException"><c>forbidden</c>.</exception>
    internal static void CheckPaths(IReadOnlyList<ResourceInput> given, IEnumerable<ResourceInput>? kept = null, string field = "resources")
    {
        if (!NamesFiles(given)) return;
        var known = (kept ?? []).Select(resource => resource.Path).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i]?.Path is { } path && !known.Contains(path))
                throw new TurnException(TurnErrorCode.Forbidden, $"\"{path}\" is a file of the workspace, and to name it by its path the key \"{KeyScope.Current!.Name}\" needs the scope \"{Scopes.Files}\". Upload the file and write its id as \"file\", or use another key.") { Field = $"{field}[{i}].path" };
        }
    }

    /// <summary>Refuses a list with something that cannot be a resource, or with two of one id, whoever gave it.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, naming the resource.</exception>
    internal static void CheckForms(IReadOnlyList<ResourceInput> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < resources.Count; i++)
        {
            if (resources[i] is not { } resource) throw Invalid("A resource is null; each must be an object.");
            if (resource.Id is { } id && !places.TryAdd(id, i)) throw Invalid($"The resources {places[id]} and {i} have the same id \"{id}\". Give each another one, or leave it out.", $"resources[{i}].id");
            CheckId(resource.Id, $"resources[{i}].id");
            CheckForm(resource);
        }
    }

    /// <summary>Refuses ids that no address could hold.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    internal static void CheckId(string? id, string field)
    {
        if (id is not null && (id.Length is 0 or > IdLength || id != id.Trim() || id.Any(char.IsControl) || !AddressSteps.Fit(id)))
            throw Invalid($"\"{(id.Length > IdLength ? id[..IdLength] + "…" : id)}\" cannot be the id of a resource: it has 1 to {IdLength} characters, no line breaks, no white space around them, and neither . nor .. nor nothing between slashes. Leave it out, and it gets one.", field);
    }

    /// <summary>Refuses what cannot be a resource, whoever gave it.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>, naming the resource.</exception>
    internal static void CheckForm(ResourceInput resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var kind = ResourceKinds.Of(resource);
        var name = resource.Title ?? resource.Id ?? kind;
        if (resource.Title is { Length: > TitleLength }) throw Invalid($"The title of a resource may have {TitleLength} characters; one has {resource.Title.Length}.");
        if (resource.Format is not (null or "markdown" or "csv")) throw Invalid($"Resource \"{name}\" has format \"{resource.Format}\"; it must be \"markdown\" or \"csv\".");
        if (resource.MediaType is { } type && !FileTypes.IsType(type)) throw Invalid($"Resource \"{name}\" has mediaType \"{type}\"; it must be one such as image/png or application/pdf.");
        string?[] sources = [resource.Text, resource.Data, resource.Url, resource.File, resource.Path, resource.Ref];
        var given = sources.Count(source => source is not null);
        if (given == 0 && resource.Id is not null) return; // a kept one
        if (given != 1) throw Invalid($"Resource \"{name}\" needs exactly one of \"text\", \"data\", \"url\", \"file\", \"path\" and \"ref\"; it has {given}.");
        if (kind is "text" or "note" && resource.Data is not null) throw Invalid($"Resource \"{name}\" is of kind \"{kind}\" and needs \"text\".");
        if (kind is "image" or "audio" && resource.Text is not null) throw Invalid($"Resource \"{name}\" is of kind \"{kind}\" and needs \"data\", \"url\" or \"file\".");
        if (resource.Data is { } data)
        {
            if (kind is "image" or "audio" && resource.MediaType?.StartsWith(kind + "/", StringComparison.OrdinalIgnoreCase) is not true) throw Invalid($"Resource \"{name}\" of kind \"{kind}\" with \"data\" needs a \"mediaType\" such as {(kind == "image" ? "image/png" : "audio/wav")}.");
            if (!Base64.IsValid(data)) throw Invalid($"The \"data\" of resource \"{name}\" is not base64.");
        }
        if (resource.Url is { } url) CheckUrl(url, kind, name);
    }

    private static void CheckUrl(string url, string kind, string name)
    {
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            if (kind == "image" && !url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)) throw Invalid($"The \"url\" of image \"{name}\" must be an http, https or data:image/… URL.");
            return;
        }
        if (kind == "mcp") return;
        if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.UserInfo.Length > 0) throw Invalid($"The \"url\" of resource \"{name}\" brings a name or password. Those are neither sent nor kept; leave them out.");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw Invalid($"The \"url\" of resource \"{name}\" must be an http, https or data: URL.");
    }

    private static TurnException Invalid(string message, string field = "resources") => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
