using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>A tool as it was offered, whatever it looks like by now.</summary>
internal sealed class OfferedFunction(AIFunction function, AIFunctionDeclaration offered) : DelegatingAIFunction(function)
{
    public override string Name => offered.Name;
    public override string Description => offered.Description;
    public override JsonElement JsonSchema => offered.JsonSchema;
}
