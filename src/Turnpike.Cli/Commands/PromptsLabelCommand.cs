using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts label</c>.</summary>
internal sealed class PromptsLabelCommand : CliCommand
{
    private readonly Argument<string> _prompt = new("prompt") { Description = "A prompt's key." };
    private readonly Argument<string> _label = new("label") { Description = "The label; production names the default version." };
    private readonly Argument<int> _version = new("version") { Description = "The number of the version that it names from now on." };
    private readonly Option<bool> _force = new("--force") { Description = "Move it even when it is protected, or the version has not passed the tests that hold it." };

    /// <summary>The command.</summary>
    public PromptsLabelCommand() : base("label", "Moves a label to a version of a prompt. One that the prompt's tests hold moves when the version passes them; they run first.")
    {
        Arguments.Add(_prompt);
        Arguments.Add(_label);
        Arguments.Add(_version);
        Options.Add(_force);
        Examples = [new("turnpike prompts label summarize production 3", "from now on version 3 is used by default")];
        Does(async run =>
        {
            await run.Turnpike.LabelPromptAsync(run.Parsed.GetRequiredValue(_prompt), run.Parsed.GetRequiredValue(_label), run.Parsed.GetRequiredValue(_version), run.Parsed.GetValue(_force), run.Stop);
            return ExitCode.Ok;
        });
    }
}
