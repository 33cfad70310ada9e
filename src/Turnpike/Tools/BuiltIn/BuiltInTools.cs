using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools.BuiltIn;

/// <summary>Built-in tools that touch nothing outside their call. Offered only where somebody chooses them.</summary>
internal sealed class BuiltInTools(TimeProvider time) : IToolSource
{
    private readonly AIFunction[] _tools = [new CurrentTime(time).Function, Calculator.Function];

    public string Name => "builtin";

    public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => new(_tools);
}
