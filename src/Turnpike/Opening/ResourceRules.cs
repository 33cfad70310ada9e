using System.Buffers.Text;
using System.Text;
using Turnpike.Turns;

namespace Turnpike.Opening;

/// <summary>What an attached resource must be. Checked when the turn is opened, so that a bad one is named before anything else happens.</summary>
internal static class ResourceRules
{
    private const int TextBytes = 1 << 20;
    private const int DataBytes = 20 << 20;

    public static void Check(ResourceInput resource)
    {
        var name = resource.Title ?? resource.Id ?? resource.Kind;
        if (resource.Policy != ResourcePolicy.Once) throw Invalid(TurnErrorCode.RequestInvalid, $"Resource \"{name}\" has policy \"{resource.Policy.ToString().ToLowerInvariant()}\"; this server takes \"once\".");
        var given = (resource.Text is null ? 0 : 1) + (resource.Data is null ? 0 : 1) + (resource.Url is null ? 0 : 1);
        if (given != 1) throw Invalid(TurnErrorCode.RequestInvalid, $"Resource \"{name}\" needs exactly one of \"text\", \"data\" and \"url\"; it has {given}.");
        switch (resource.Kind)
        {
            case "text" or "note":
                if (resource.Text is null) throw Invalid(TurnErrorCode.RequestInvalid, $"Resource \"{name}\" is of kind \"{resource.Kind}\" and needs \"text\".");
                if (Encoding.UTF8.GetByteCount(resource.Text) > TextBytes) throw Invalid(TurnErrorCode.ResourceTooLarge, $"The text of resource \"{name}\" is longer than 1 MiB.");
                break;
            case "image":
                Image(resource, name);
                break;
            default:
                throw Invalid(TurnErrorCode.ResourceUnsupported, $"Resource \"{name}\" is of kind \"{resource.Kind}\"; the kinds are text, note and image.");
        }
    }

    private static void Image(ResourceInput resource, string name)
    {
        if (resource.Text is not null) throw Invalid(TurnErrorCode.RequestInvalid, $"Resource \"{name}\" is an image and needs \"data\" or \"url\".");
        if (resource.Data is { } data)
        {
            if (resource.MediaType is null || !resource.MediaType.StartsWith("image/", StringComparison.Ordinal)) throw Invalid(TurnErrorCode.RequestInvalid, $"Image \"{name}\" with \"data\" needs a \"mediaType\" such as image/png.");
            if (!Base64.IsValid(data, out var length)) throw Invalid(TurnErrorCode.RequestInvalid, $"The \"data\" of image \"{name}\" is not base64.");
            if (length > DataBytes) throw Invalid(TurnErrorCode.ResourceTooLarge, $"Image \"{name}\" is larger than 20 MiB.");
            return;
        }
        var url = resource.Url!;
        if (url.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) && url.Contains(";base64,", StringComparison.Ordinal)) return;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw Invalid(TurnErrorCode.RequestInvalid, $"The \"url\" of image \"{name}\" must be an http, https or data:image/… URL.");
    }

    private static TurnException Invalid(TurnErrorCode code, string message) => new(code, message) { Field = "resources" };
}
