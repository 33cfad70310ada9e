using Turnpike.Turns;

namespace Turnpike.Conversations;

/// <summary>The request of a turn as it is kept to be made again: what went with the turn's message by its id, what triggers attached not at all, for they will run again.</summary>
internal static class SubmittedRequest
{
    public static byte[] Of(PreparedTurn prepared)
    {
        var draft = prepared.Draft;
        var opened = draft.Opened.Select(resource => resource.Id).ToHashSet(StringComparer.Ordinal);
        var request = draft.Request with
        {
            Resources = [.. prepared.Resources.Where(read => read.Resource.Policy == ResourcePolicy.Once && opened.Contains(read.Resource.Id)).Select(read => new ResourceInput { Id = read.Resource.Id })],
            IdempotencyKey = null,
        };
        return KeptRequest.Write(request);
    }
}
