using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>The tools that a host registered as C# functions.</summary>
internal sealed class FunctionSource(IEnumerable<AIFunction> functions) : IToolSource
{
    private readonly AIFunction[] _functions = [.. functions];

    public string Name => "turnpike";

    public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new(_functions);
}
