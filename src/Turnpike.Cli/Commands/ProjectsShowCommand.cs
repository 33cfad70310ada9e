using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike projects show</c>.</summary>
internal sealed class ProjectsShowCommand : CliCommand
{
    private readonly Argument<string> _id = new("project") { Description = "The project's id." };
    private readonly Option<bool> _effective = new("--effective") { Description = "With what the projects above it and everybody's settings say, each value with its source." };

    /// <summary>The command.</summary>
    public ProjectsShowCommand() : base("show", "Shows what a project says, or what counts in it.")
    {
        Arguments.Add(_id);
        Options.Add(_effective);
        Examples = [new("turnpike projects show docs", "what it says itself, as JSON"), new("turnpike projects show docs --effective | jq .parameters", "which parameters count, and why")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var id = run.Parsed.GetRequiredValue(_id);
        if (run.Parsed.GetValue(_effective)) run.Here.Out.Write((await run.Turnpike.Settings.EffectiveAsync(id, run.Stop)).GetRawText() + "\n");
        else JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Project, await run.Turnpike.Settings.ProjectAsync(id, run.Stop));
        return ExitCode.Ok;
    }
}
