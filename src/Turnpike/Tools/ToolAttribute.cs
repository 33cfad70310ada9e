namespace Turnpike.Tools;

/// <summary>Makes a method a tool of <see cref="TurnpikeBuilder.AddTools{T}"/>. Its schema comes from its parameters; what the model reads of it and of them, from its doc comment.</summary>
/// <param name="name">The tool's name; null: the method's, without <c>Async</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolAttribute(string? name = null) : Attribute
{
    /// <summary>The tool's name; null: the method's, without <c>Async</c>.</summary>
    public string? Name => name;

    /// <summary>What the model reads of it; null: the method's <c>Description</c> attribute, else the summary of its doc comment.</summary>
    public string? Description { get; init; }

    /// <summary>Whether calling it twice does no more than calling it once, so that a call which a crash cut off may run again.</summary>
    public bool Idempotent { get; init; }
}
