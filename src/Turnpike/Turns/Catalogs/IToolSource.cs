using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>Supplies tools that the model may call: C# methods, a connected server, stored prompts.</summary>
public interface IToolSource
{
    /// <summary>The source's name; unique. <c>turnpike</c> is the source of C# tools.</summary>
    string Name { get; }

    /// <summary>Whether its tools may be called without an approval, unless a layer says otherwise. Default: true.</summary>
    bool Trusted => true;

    /// <summary>
    /// The tools that can be called now. Called when a turn is prepared, so it should answer from memory; when it throws, its tools are missing
    /// from that turn and a warning says why.
    /// </summary>
    ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken);
}
