using Turnpike.Turns.Files;

namespace Turnpike.Turns.Resources;

/// <summary>Attachments that name what stays with the conversation already: the same content from the same place. Ids and titles do not matter.</summary>
internal static class SameResource
{
    /// <summary>The one that stays, among those that are attached, and is what another one attaches; null: there is none.</summary>
    public static ResourceInput? Among(IEnumerable<ResourceInput> attached, ResourceInput resource) =>
        attached.FirstOrDefault(other => other.Policy != ResourcePolicy.Once && IsAlike(ResourceKinds.Of(other), resource) && HasSource(resource)
            && (other.File, other.Url, other.Path, other.Ref, other.Text, other.Data) == (resource.File, resource.Url, resource.Path, resource.Ref, resource.Text, resource.Data));

    /// <summary>The one that stays among a conversation's, where its content is kept apart: by the content's hash.</summary>
    public static Resource? ByContent(IReadOnlyList<Resource> kept, ResourceInput resource)
    {
        if (!kept.Any(other => IsApart(other))) return null;
        var hash = HashOf(resource);
        return hash is null ? null : kept.FirstOrDefault(other => IsApart(other) && other.Hash == hash && IsAlike(other.Kind, resource));
    }

    /// <summary>Whether a resource that was read stays, and its content came along with it.</summary>
    public static bool CameAlong(Resource read) => read is { File: null, Url: null, Path: null, Ref: null, Hash: not null } && read.Policy != ResourcePolicy.Once;

    private static bool IsApart(Resource kept) => kept.Text is null && CameAlong(kept);

    private static bool HasSource(ResourceInput resource) => (resource.File ?? resource.Url ?? resource.Path ?? resource.Ref ?? resource.Text ?? resource.Data) is not null;

    /// <summary>Whether a kind is that of an attachment; of bytes it is only how they were named.</summary>
    private static bool IsAlike(string kind, ResourceInput resource) => ResourceKinds.Of(resource) is var its && (its == kind || (IsOfBytes(its) && IsOfBytes(kind)));

    private static bool IsOfBytes(string kind) => kind is "file" or "image" or "audio";

    private static string? HashOf(ResourceInput resource)
    {
        const string Encoded = ";base64,";
        if (resource.Text is { } text) return TextHash.Of(text).Hash;
        var data = resource.Data ?? (resource.Url is { } url && url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && url.IndexOf(Encoded, StringComparison.OrdinalIgnoreCase) is > 0 and var at ? url[(at + Encoded.Length)..] : null);
        if (data is null) return null;
        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length) ? KeptParts.HashOf(bytes.AsSpan(0, length)) : null;
    }
}
