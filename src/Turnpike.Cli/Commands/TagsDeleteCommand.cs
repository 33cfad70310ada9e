using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tags delete</c>.</summary>
internal sealed class TagsDeleteCommand : CliCommand
{
    private readonly Argument<string> _name = new("tag") { Description = "The tag's name." };

    /// <summary>The command.</summary>
    public TagsDeleteCommand() : base("delete", "Deletes a tag, not its rules.")
    {
        Arguments.Add(_name);
        Examples = [new("turnpike tags delete voice", "its rules stay")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        await run.Turnpike.Settings.DeleteTagAsync(run.Parsed.GetRequiredValue(_name), run.Stop);
        return ExitCode.Ok;
    }
}
