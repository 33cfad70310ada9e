using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages.Resources;

/// <summary>What can be wrong with a resource; each names it.</summary>
internal static class ResourceErrors
{
    public static string Name(ResourceInput resource) => resource.Title ?? resource.File ?? Short(resource.Url) ?? resource.Path ?? resource.Ref ?? resource.Id ?? ResourceKinds.Of(resource);

    public static TurnException NotFound(ResourceInput resource, string what) => new(TurnErrorCode.ResourceNotFound, $"Resource \"{Name(resource)}\": {what}") { Field = "resources" };

    public static TurnException Failed(ResourceInput resource, string why, Exception? cause = null) => new(TurnErrorCode.ResourceFailed, $"Resource \"{Name(resource)}\" could not be loaded: {why}", cause) { Field = "resources" };

    public static TurnException TooLarge(ResourceInput resource, string how) => new(TurnErrorCode.ResourceTooLarge, $"Resource \"{Name(resource)}\" {how}") { Field = "resources" };

    public static TurnException Unsupported(ResourceInput resource, string why) => new(TurnErrorCode.ResourceUnsupported, $"Resource \"{Name(resource)}\" {why}") { Field = "resources" };

    public static TurnException Unread(string model, string reads, Resource resource) =>
        new(TurnErrorCode.ResourceUnsupported, $"Model \"{model}\" reads no {reads}s, and resource \"{resource.Title ?? resource.Id}\" of kind \"{resource.Kind}\" is one. Choose another model or leave it out.") { Field = "resources" };

    private static string? Short(string? url) => url is null ? null : url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? url[5..].Split(';', ',')[0] : url.Length > 200 ? url[..200] + "…" : url;
}
