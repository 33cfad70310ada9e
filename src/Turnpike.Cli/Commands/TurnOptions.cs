using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary>The options of commands that submit a turn.</summary>
internal static class TurnOptions
{
    /// <summary><c>-v name=value</c>.</summary>
    public static Option<string[]> Variables { get; } = new("--var", "-v")
    {
        Description = "Value for a variable of the prompt: name=value, name=@file (its text; of a variable of type image or file the file itself), name=- (what is piped in) or name:=json. Repeat for more.",
        HelpName = "name=value",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary><c>-r file</c>.</summary>
    public static Option<string[]> Resources { get; } = new("--resource", "-r")
    {
        Description = "Attach a file, a web page (https://…) or what is piped in (-) for the model to read. Repeat for more.",
        HelpName = "file",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary><c>-m provider/name</c>.</summary>
    public static Option<string?> Model { get; } = new("--model", "-m") { Description = "The model: provider/name or an alias; otherwise that of the prompt, the conversation, or the default. See: turnpike models list", HelpName = "model" };

    /// <summary><c>-p name=value</c>.</summary>
    public static Option<string[]> Parameters { get; } = new("--param", "-p")
    {
        Description = $"How the model is asked, name=value: {string.Join(", ", Turns.ParameterTable.All.Select(parameter => parameter.Name))}.",
        HelpName = "name=value",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary><c>-t name</c>.</summary>
    public static Option<string[]> Tools { get; } = new("--tool", "-t") { Description = "Offer a tool, by name or glob. Repeat for more. See: turnpike tools list", HelpName = "name", Arity = ArgumentArity.OneOrMore };

    /// <summary><c>-c conversation</c>.</summary>
    public static Option<string?> Conversation { get; } = new("--conversation", "-c") { Description = "Continue this conversation.", HelpName = "id" };

    /// <summary><c>--continue</c>.</summary>
    public static Option<bool> Continue { get; } = new("--continue") { Description = "Continue the conversation that changed last." };

    /// <summary><c>--triggers on|off|prompt</c>.</summary>
    public static Option<string?> Triggers { get; } = TriggersOption();

    /// <summary><c>--no-stream</c>.</summary>
    public static Option<bool> NoStream { get; } = new("--no-stream") { Description = "Write the answer when the turn has ended; with --json, the turn as one object." };

    /// <summary>The options of a command that submits a turn.</summary>
    /// <param name="command">The command that gets them.</param>
    /// <param name="runs">Whether the turn is run, not only previewed.</param>
    /// <param name="continues">Whether the command may name a conversation.</param>
    public static void AddTo(Command command, bool runs = true, bool continues = true)
    {
        foreach (var option in (Option[])[Variables, Resources, Model, Parameters, Tools, Triggers]) command.Options.Add(option);
        if (continues)
        {
            command.Options.Add(Conversation);
            command.Options.Add(Continue);
        }
        if (runs) command.Options.Add(NoStream);
    }

    private static Option<string?> TriggersOption()
    {
        var option = new Option<string?>("--triggers") { Description = "Whether triggers in the text are read: on, off, or prompt: only if the prompt asks for them. A prompt that says off wins. Piped text is never read. Default: on.", HelpName = "when" };
        option.AcceptOnlyFromAmong("on", "off", "prompt");
        return option;
    }
}
