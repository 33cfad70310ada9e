namespace Turnpike.Turns.Files;

/// <summary>The contents that turns and conversations need.</summary>
internal static class ContentReferences
{
    public static IEnumerable<string> Of(Turn turn) => turn.Messages.Concat(turn.History ?? []).SelectMany(message => message.Contents).OfType<KeptPart>().Select(part => part.Hash).Distinct(StringComparer.Ordinal);

    public static IEnumerable<string> Of(Conversation conversation) => conversation.Resources.Where(resource => resource.Hash is not null).Select(resource => resource.Hash!).Distinct(StringComparer.Ordinal);
}
