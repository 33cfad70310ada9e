using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Resources;

namespace Turnpike.Conversations;

/// <summary>
/// The request of a turn as it is kept to be made again: its resources in their order, those that stay and what stands whole in the turn's message by their ids, what did not fit there with its content, what triggers
/// attached not at all, for they will run again.
/// </summary>
internal static class SubmittedRequest
{
    private const int LongestTitle = 500; // of a resource in a request; what a page calls itself may be longer

    public static byte[] Of(PreparedTurn prepared)
    {
        var draft = prepared.Draft;
        if (draft.Again is not null) return KeptRequest.Write(draft.Request with { IdempotencyKey = null }); // its resources are named already, by their ids in the same message
        var opened = draft.Opened.Select(resource => resource.Id).ToHashSet(StringComparer.Ordinal);
        var sent = prepared.Added.SelectMany(message => message.Contents).ToHashSet(ReferenceEqualityComparer.Instance);
        var request = draft.Request with
        {
            Resources = [.. prepared.Resources.Where(read => opened.Contains(read.Resource.Id)).Select(read => read.Resource.Policy != ResourcePolicy.Once || sent.Contains(read.Part) ? new ResourceInput { Id = read.Resource.Id, Policy = read.Resource.Policy } : Whole(read))],
            IdempotencyKey = null,
        };
        return KeptRequest.Write(request);
    }

    /// <summary>A resource with what was read of it, so that it need not be found again.</summary>
    private static ResourceInput Whole(ReadResource read)
    {
        var resource = read.Resource;
        var input = new ResourceInput { Id = resource.Id, Kind = resource.Kind, Title = resource.Title is { Length: > LongestTitle } title ? title[..LongestTitle] : resource.Title, Detail = resource.Detail };
        return read.Part switch
        {
            TextContent text => input with { Text = text.Text, MediaType = resource.Kind == "table" ? ResourceKinds.FinishedTable : null },
            DataContent data when resource.File is { } file => input with { File = file, MediaType = data.MediaType },
            DataContent data => input with { Kind = ResourceKinds.OfType(data.MediaType), Data = Convert.ToBase64String(data.Data.Span), MediaType = data.MediaType },
            UriContent address => input with { Url = address.Uri.OriginalString, MediaType = address.MediaType },
            _ => input,
        };
    }
}
