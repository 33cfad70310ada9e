using System.CommandLine;

namespace Turnpike.Cli;

/// <summary>Carries the surroundings to the command that is invoked.</summary>
internal sealed class CliConfiguration : InvocationConfiguration
{
    /// <summary>A configuration for a run in these surroundings; signals and errors are this program's own affair.</summary>
    public CliConfiguration(Surroundings here)
    {
        (Here, Output, Error) = (here, here.Out, here.Error);
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>Where the program stands.</summary>
    public Surroundings Here { get; }
}
