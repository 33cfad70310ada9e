using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>A tool that was offered and is not there any more; the model is told so when it calls it.</summary>
internal sealed class GoneFunction(AIFunctionDeclaration offered, string source) : AIFunction
{
    public override string Name => offered.Name;
    public override string Description => offered.Description;
    public override JsonElement JsonSchema => offered.JsonSchema;

    protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"\"{source}\" offers it no longer.");
}
