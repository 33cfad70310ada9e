using System.CommandLine;
using Turnpike.Cli.Help;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike "text"</c>: a turn without a prompt, and the root of all commands.</summary>
internal sealed class RootTurnCommand : RootCommand, IHasExamples
{
    private readonly Argument<string?> _text = new("text") { Description = "What you want to say; triggers such as @.params.temp 0.2; work. Piped text follows it after a blank line.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The whole tree.</summary>
    public RootTurnCommand() : base("Turnpike runs prompts: along one visible road, over any model.")
    {
        Directives.Clear(); // text may begin with "["
        Arguments.Add(_text);
        TurnOptions.AddTo(this);
        foreach (var option in SharedOptions.All) Options.Add(option);
        foreach (var option in Options) if (option is System.CommandLine.Help.HelpOption help) help.Action = new HelpWriter();
        foreach (var command in (Command[])[new RunCommand(), new PreviewCommand(), new PromptsCommand(), new ConversationsCommand(), new ModelsCommand(), new ToolsCommand(), new TriggersCommand(), new CompleteCommand(), new TraceCommand()]) Subcommands.Add(command);
        SetAction((parsed, _) => Invocation.RunAsync(parsed, RunAsync));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples { get; } =
    [
        new("turnpike \"Why is the sky blue?\"", "asks the default model"),
        new("git diff | turnpike \"What does this change?\" -m openai/gpt-5", "sends the text, a blank line and the diff"),
        new("turnpike \"And at night?\" --continue", "goes on with the last conversation"),
        new("turnpike \"@.tools.activate webSearch; What is new in .NET 10?\"", "offers a tool by a trigger"),
        new("turnpike run translate -v language=French \"Good morning\"", "runs a stored prompt"),
        new("turnpike -- \"-5 degrees is how cold?\"", "a text that begins with a dash"),
    ];

    private async Task<int> RunAsync(Invocation run)
    {
        var text = run.Parsed.GetValue(_text);
        if (text is null && run.Here.InIsTerminal && run.Parsed.GetValue(TurnOptions.Resources) is not { Length: > 0 })
        {
            HelpWriter.Write(this, run.Here.Out, run.Here.Width);
            return ExitCode.Ok;
        }
        return await TurnSubmission.RunAsync(run, await TurnSubmission.ReadAsync(run, prompt: null, text));
    }
}
