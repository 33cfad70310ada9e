using Microsoft.Extensions.AI;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Catalogs;

/// <summary>A tool with where it comes from.</summary>
/// <param name="Name">The name it is chosen by: its own, or <c>source.name</c> when its own is taken.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Function">The tool itself.</param>
public sealed record KnownTool(string Name, string Source, AIFunction Function)
{
    /// <summary>Whether its source is trusted, so that its calls need no approval unless a layer says so.</summary>
    public bool Trusted { get; init; } = true;
    /// <summary>Whether a bare <c>*</c> does not mean it.</summary>
    public bool OnlyByName { get; init; }
    /// <summary>The groups that it is in.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];
    /// <summary>Whether whoever submitted the turn executes it.</summary>
    public bool IsClient { get; init; }
    /// <summary>What becomes of its calls in the turn it is offered in.</summary>
    public ToolDecision Decision { get; init; }
    /// <summary>Why it is asked or refused.</summary>
    public string? Reason { get; init; }
    /// <summary>Whether calling it twice does no more than calling it once; its function says so under <see cref="IdempotentKey"/>.</summary>
    public bool IsIdempotent => Function.AdditionalProperties.TryGetValue(IdempotentKey, out var said) && said is true;
    /// <summary>The key of a function's additional properties under which <c>true</c> says that it may be called twice.</summary>
    public const string IdempotentKey = "idempotent";
    /// <summary>Its name at its source and in the sources' lists, which may be longer or stranger than what models take.</summary>
    public string Own { get; init; } = Function.Name;
    /// <summary>Other names that choose it: <c>source.name</c>.</summary>
    public string Full { get; } = $"{Source}.{Function.Name}";
    /// <summary>What a trace tells of a turn that offers it. Made once, for every turn does.</summary>
    internal TraceChange Told { get; } = new("tools." + Name, null, "offered", Source);
}
