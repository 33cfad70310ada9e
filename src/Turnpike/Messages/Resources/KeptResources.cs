using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages.Resources;

/// <summary>Given resources as the resources of a conversation.</summary>
internal static class KeptResources
{
    /// <summary>The resource that a given one becomes.</summary>
    public static Resource Of(ResourceInput input) => new()
    {
        Id = input.Id ?? Ids.New("res"),
        Kind = ResourceKinds.Of(input),
        Title = input.Title,
        Policy = input.Policy,
        Text = input.Text,
        File = input.File,
        Url = input.Url is { } url && !url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? url : null,
        Path = input.Path,
        Ref = input.Ref,
        MediaType = input.MediaType,
        Format = input.Format,
        Detail = input.Detail,
    };

    /// <summary>The conversation's resource that a given one means, unless it brings content of its own.</summary>
    public static Resource? Known(TurnDraft draft, ResourceInput input)
    {
        var kept = draft.Conversation.Resources.FirstOrDefault(resource => resource.Id == input.Id);
        return kept is not null && (input.IsReference || input == kept.ToInput()) ? kept : null;
    }

    /// <summary>Whether a resource's source may say something else the next time.</summary>
    public static bool Changes(Resource resource) => resource is { Text: null, File: null } && (resource.Url is not null || resource.Path is not null || resource.Ref is not null);
}
