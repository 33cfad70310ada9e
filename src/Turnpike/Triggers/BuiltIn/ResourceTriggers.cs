using Turnpike.Turns;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>What is attached to the turn.</summary>
internal sealed class ResourceTriggers(ResourceNames names) : ITriggerNamespace
{
    private static readonly string[] Policies = ["once", "sticky", "refresh"];

    public string Name => "resource";

    public string Description => "What is attached to the turn.";

    public IReadOnlyList<TriggerMethod> Methods =>
    [
        new()
        {
            Name = "add",
            Aliases = ["file.attach", "vfs.add"],
            Description = "Attaches resources: uploaded files, kept resources, turns, files of the workspace, URLs. With ! they stay with the conversation.",
            Arguments =
            [
                new() { Name = "what", List = true, Required = true, Among = names.AmongAsync, Suggest = names.SuggestAsync, Description = "Ids or names, paths or globs of the workspace, http(s) URLs, or data: URLs in quotes; mcp: and the URI of a resource at a tool server." },
                new() { Name = "policy", Type = TriggerArgumentType.Enum, Options = Policies, Description = "once: with this turn; sticky: with every turn; refresh: sticky, and loaded again each turn." },
            ],
            Example = "@.resource.add https://example.org/map.png policy=sticky;",
            Repeat = TriggerRepeat.Unites,
            Handler = async (invocation, cancellationToken) =>
            {
                var policy = invocation.Arguments.Text("policy") is { } said ? (ResourcePolicy?)Array.IndexOf(Policies, said) : null;
                foreach (var what in invocation.Arguments.List("what"))
                {
                    foreach (var resource in await names.FindAsync(what, invocation.Draft, cancellationToken)) invocation.Draft.AddResource(resource with { Policy = policy ?? resource.Policy });
                }
            },
        },
        new()
        {
            Name = "drop",
            Description = "Detaches resources from this turn; with ! from the conversation.",
            Arguments = [new() { Name = "what", List = true, Required = true, Among = ResourceNames.AmongAttachedAsync, Suggest = ResourceNames.SuggestAttachedAsync, Description = "Ids or titles." }],
            Example = "@.resource.drop map.png;",
            Repeat = TriggerRepeat.Unites,
            Handler = Method.Does(invocation =>
            {
                foreach (var what in invocation.Arguments.List("what"))
                {
                    if (!invocation.Draft.DropResource(what) && !ResourceNames.WasDropped(what, invocation.Draft))
                        throw Method.Unknown(TurnErrorCode.ResourceNotFound, "resource", what, invocation.Draft.State.Resources.Select(resource => resource.Title ?? resource.Id!));
                }
            }),
        },
    ];
}
