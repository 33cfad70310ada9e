using System.CommandLine;
using Turnpike.Cli.Help;
using Turnpike.Turns;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike "text"</c>: a turn without a prompt, and the root of all commands.</summary>
internal sealed class RootTurnCommand : RootCommand, IHasExamples
{
    private static readonly Option<bool> Reference = new("--reference") { Hidden = true };
    private readonly Argument<string?> _text = new("text") { Description = "What you want to say; triggers such as @.params.temp 0.2; work. Piped text follows it after a blank line; no triggers are read in it.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The whole tree.</summary>
    public RootTurnCommand() : base("Turnpike runs prompts: along one visible road, over any model.")
    {
        Arguments.Add(_text);
        TurnOptions.AddTo(this);
        foreach (var option in SharedOptions.All.Append(SharedOptions.Start).Append(Reference)) Options.Add(option);
        var help = Options.OfType<System.CommandLine.Help.HelpOption>().Single();
        (help.Action, help.Description) = (new HelpWriter(), "Show this help.");
        Options.OfType<VersionOption>().Single().Description = "Show the version.";

        Subcommands.Add(new RunCommand());
        Subcommands.Add(new FollowCommand());
        Subcommands.Add(new ApproveCommand());
        Subcommands.Add(new CancelCommand());
        Subcommands.Add(new PreviewCommand());
        Subcommands.Add(new CommandGroup("prompts", "Keeps prompts: lists, checks, compares them, and syncs them with a folder of files.", new PromptsListCommand(), new PromptsShowCommand(), new PromptsSaveCommand(), new PromptsLintCommand(), new PromptsDiffCommand(), new PromptsLabelCommand(), new PromptsTestsCommand(), new PromptsTestCommand(), new PromptsArchiveCommand(), new PromptsRestoreCommand(), new PromptsImportCommand(), new PromptsPushCommand(), new PromptsPullCommand(), new PromptsWatchCommand(), new PromptsClearCacheCommand()));
        Subcommands.Add(new CommandGroup("conversations", "Lists, shows and continues conversations, and moves them in and out.", new ConversationsListCommand(), new ConversationsShowCommand(), new ConversationsContinueCommand(), new ConversationsImportCommand(), new ConversationsExportCommand()));
        Subcommands.Add(new CommandGroup("models", "Lists models.", new ModelsListCommand()));
        Subcommands.Add(new CommandGroup("tools", "Lists and tries tools, and looks after the servers they come from.", new ToolsListCommand(), new ToolsCallCommand(), new CommandGroup("servers", "Adds, tests and removes MCP servers.", new ToolServersListCommand(), new ToolServersAddCommand(), new ToolServersRemoveCommand(), new ToolServersTestCommand())));
        Subcommands.Add(new CommandGroup("triggers", "Lists triggers.", new TriggersListCommand()));
        Subcommands.Add(new McpCommand());
        Subcommands.Add(new CommandGroup("keys", "Makes, lists, changes, rotates and revokes keys of a server.", new KeysCreateCommand(), new KeysListCommand(), new KeysEditCommand(), new KeysRotateCommand(), new KeysRevokeCommand()));
        Subcommands.Add(new AuditCommand());
        Subcommands.Add(new CommandGroup("rules", "Lists, shows, saves and deletes rules.", new RulesListCommand(), new RulesShowCommand(), new RulesSaveCommand(), new RulesDeleteCommand()));
        Subcommands.Add(new CommandGroup("tags", "Lists, saves and deletes tags, which bundle rules.", new TagsListCommand(), new TagsSaveCommand(), new TagsDeleteCommand()));
        Subcommands.Add(new CommandGroup("projects", "Lists, shows, saves and deletes projects, and says who their members are.", new ProjectsListCommand(), new ProjectsShowCommand(), new ProjectsSaveCommand(), new ProjectsMembersCommand(), new ProjectsDeleteCommand()));
        Subcommands.Add(new CommandGroup("variables", "Shows and sets variables of everybody, an organization or a user.", new VariablesShowCommand(), new VariablesSetCommand()));
        Subcommands.Add(new CompletionCommand());
        Subcommands.Add(new CompleteCommand());
        Subcommands.Add(new TraceCommand());
        Subcommands.Add(new ReplayCommand());
        Subcommands.Add(new UsageCommand());
        SetAction((parsed, _) => Invocation.RunAsync(parsed, RunAsync));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples { get; } =
    [
        new("turnpike \"Why is the sky blue?\"", "asks the default model"),
        new("git diff | turnpike \"What does this change?\" -m openai/gpt-5", "sends the text, a blank line and the diff"),
        new("turnpike \"And at night?\" --continue", "goes on with the last conversation"),
        new("turnpike \"@.tools.activate current_time; What day is it?\"", "offers a tool by a trigger"),
        new("turnpike run translate -v language=French \"Good morning\"", "runs a stored prompt"),
        new("turnpike -- -v", "a text that looks like an option"),
    ];

    private async Task<int> RunAsync(Invocation run)
    {
        if (run.Parsed.GetValue(Reference))
        {
            run.Here.Out.Write(Help.Reference.Write(this));
            return ExitCode.Ok;
        }
        var text = run.Parsed.GetValue(_text);
        if (text is null && run.Here.InIsTerminal && run.Parsed.GetValue(TurnOptions.Resources) is not { Length: > 0 })
        {
            HelpWriter.Write(this, run.Here.Out, run.Here.Width);
            return ExitCode.Ok;
        }
        if (text is not null && run.Here.InIsTerminal && Nearest.To(text, Subcommands.Select(known => known.Name)) is { } meant) await run.Talk.WarnAsync($"\"{text}\" is sent to the model as a text. The command is: turnpike {meant}");
        return await TurnSubmission.RunAsync(run, await TurnSubmission.ReadAsync(run, prompt: null, text));
    }
}
