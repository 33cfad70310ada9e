using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

namespace Turnpike.Tools.BuiltIn;

/// <summary>Built-in tools that reach out of the turn: into the web and into other conversations. Offered only where they are named.</summary>
internal sealed class ReachingTools(IEnumerable<IResourceLoader> loaders, IConversationStore conversations, ITurnStore turns) : IToolSource
{
    private readonly AIFunction[] _tools = [new FetchUrl(loaders).Function, new SearchConversations(conversations, turns).Function];

    public string Name => "builtin";

    public bool OnlyByName => true;

    public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new(_tools);
}
