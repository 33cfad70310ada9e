using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike projects delete</c>.</summary>
internal sealed class ProjectsDeleteCommand : CliCommand
{
    private readonly Argument<string> _id = new("project") { Description = "The project's id." };

    /// <summary>The command.</summary>
    public ProjectsDeleteCommand() : base("delete", "Deletes a project; those below it move up.")
    {
        Arguments.Add(_id);
        Examples = [new("turnpike projects delete docs", "its conversations go on without it")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        await run.Turnpike.Settings.DeleteProjectAsync(run.Parsed.GetRequiredValue(_id), run.Stop);
        return ExitCode.Ok;
    }
}
