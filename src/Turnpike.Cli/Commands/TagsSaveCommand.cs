using System.CommandLine;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike tags save</c>.</summary>
internal sealed class TagsSaveCommand : CliCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The tag's name." };
    private readonly Argument<string[]> _rules = new("rules") { Description = "Ids or names of its rules.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _about = new("--description") { Description = "What it is for. Default: as it was.", HelpName = "text" };

    private readonly Option<int?> _revision = Revisions.Given("tag");

    /// <summary>The command.</summary>
    public TagsSaveCommand() : base("save", "Saves a tag: from now on it bundles exactly these rules.")
    {
        Arguments.Add(_name);
        Arguments.Add(_rules);
        Options.Add(_about);
        Options.Add(_revision);
        Examples = [new("turnpike tags save voice house-style brief", "a tag of two rules")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var name = run.Parsed.GetRequiredValue(_name);
        var before = await run.Turnpike.Settings.FindTagAsync(name, run.Stop) ?? new();
        Revisions.Require("Tag", name, before.Revision, run.Parsed.GetValue(_revision));
        var saved = await run.Turnpike.Settings.SaveTagAsync(before with { Name = name, Rules = run.Parsed.GetValue(_rules) ?? [], Description = run.Parsed.GetValue(_about) ?? before.Description }, run.Stop);
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Tag, saved);
        else run.Here.Out.Write($"{saved.Name}\n");
        return ExitCode.Ok;
    }
}
