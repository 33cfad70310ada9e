using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>A tool under another name: the one that the model sees.</summary>
internal sealed class RenamedFunction(AIFunction function, string name) : DelegatingAIFunction(function)
{
    public override string Name => name;
}
