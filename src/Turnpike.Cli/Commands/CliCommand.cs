using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary>A command with examples for its help, and an action whose errors are told in one way.</summary>
internal abstract class CliCommand(string name, string description) : Command(name, description), IHasExamples
{
    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples { get; init; } = [];

    /// <summary>What the command does; it gives the exit code.</summary>
    protected void Does(Func<Invocation, Task<int>> action) => SetAction((parsed, _) => Invocation.RunAsync(parsed, action));
}

/// <summary>A command whose help shows examples.</summary>
internal interface IHasExamples
{
    /// <summary>The examples, in order.</summary>
    IReadOnlyList<Example> Examples { get; }
}

/// <summary>An example for a command's help.</summary>
/// <param name="Line">What somebody would type.</param>
/// <param name="About">What it does.</param>
internal sealed record Example(string Line, string About);
