using System.Text;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

namespace Turnpike.Messages.Resources;

/// <summary>Loads the answer of an earlier turn.</summary>
internal sealed class TurnLoader(ITurnStore turns, IConversationStore conversations) : IResourceLoader
{
    public string Kind => "turn";

    public async ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        if (source.Resource.Ref is not { } id || await turns.FindAsync(id, cancellationToken) is not { } turn) return null;
        if (await conversations.FindAsync(turn.Conversation, cancellationToken) is { } conversation) turn = HiddenParts.Without([turn], conversation)[0];
        return new() { Text = turn.Answer, Version = turn.EndedAt?.ToString("O", null) };
    }
}

/// <summary>Loads another conversation as a transcript.</summary>
internal sealed class ConversationLoader(IConversationStore conversations, ITurnStore turns, IOptions<ResourceOptions> options) : IResourceLoader
{
    public string Kind => "conversation";

    public async ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        if (source.Resource.Ref is not { } id || await conversations.FindAsync(id, cancellationToken) is not { } conversation) return null;
        var path = conversation.Head is null ? [] : HiddenParts.Without(await turns.PathAsync(conversation.Head, options.Value.ConversationTurns, cancellationToken), conversation);
        var text = new StringBuilder();
        foreach (var (role, said) in SaidTexts.Of(path)) text.Append(role.Value).Append(": ").Append(said).Append("\n\n");
        return new() { Text = text.ToString().TrimEnd(), Title = conversation.Title };
    }
}
