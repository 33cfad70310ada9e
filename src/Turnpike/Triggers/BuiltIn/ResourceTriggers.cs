using Turnpike.Turns;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>What is attached to the turn.</summary>
internal sealed class ResourceTriggers : ITriggerNamespace
{
    private static readonly Dictionary<string, string> Images = new(StringComparer.OrdinalIgnoreCase) { [".png"] = "image/png", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg", [".gif"] = "image/gif", [".webp"] = "image/webp" };

    public string Name => "resource";

    public string Description => "What is attached to the turn.";

    public IReadOnlyList<TriggerMethod> Methods { get; } =
    [
        new()
        {
            Name = "add",
            Aliases = ["file.attach", "vfs.add"],
            Description = "Attaches images by their URLs.",
            Arguments = [new() { Name = "what", List = true, Required = true, Known = what => Image(what) is not null, Description = "http(s) URLs of images, or data:image URLs in quotes." }],
            Example = "@.resource.add https://example.org/map.png;",
            Repeat = TriggerRepeat.Unites,
            Handler = Method.Does(invocation =>
            {
                foreach (var what in invocation.Arguments.List("what"))
                    invocation.Draft.AddResource(Image(what) ?? throw new TurnException(TurnErrorCode.ResourceNotFound, $"There is no resource \"{what}\". Images can be attached by an http, https or data:image URL."));
            }),
        },
        new()
        {
            Name = "drop",
            Description = "Detaches resources of this turn; with ! from the conversation.",
            Arguments = [new() { Name = "what", List = true, Required = true, Description = "Ids or titles." }],
            Example = "@.resource.drop map;",
            Repeat = TriggerRepeat.Unites,
            Handler = Method.Does(invocation =>
            {
                foreach (var what in invocation.Arguments.List("what"))
                {
                    if (!invocation.Draft.DropResource(what))
                        throw Method.Unknown(TurnErrorCode.ResourceNotFound, "resource", what, invocation.Draft.State.Resources.Select(resource => resource.Title ?? resource.Id!));
                }
            }),
        },
    ];

    private static ResourceInput? Image(string what)
    {
        if (what.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) && what.Contains(";base64,", StringComparison.Ordinal)) return new() { Kind = "image", Url = what, MediaType = what[5..what.IndexOf(';', StringComparison.Ordinal)] };
        if (!Uri.TryCreate(what, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || !Images.TryGetValue(Path.GetExtension(url.AbsolutePath), out var type)) return null;
        return new() { Kind = "image", Url = what, MediaType = type, Title = Path.GetFileName(url.AbsolutePath) };
    }
}
