using System.CommandLine;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike conversations export</c>.</summary>
internal sealed class ConversationsExportCommand : CliCommand
{
    private readonly Option<bool> _markdown = new("--markdown") { Description = "Write the shown branch as a transcript for people." };

    /// <summary>The command.</summary>
    public ConversationsExportCommand() : base("export", "Writes a conversation with all branches and contents, as JSON that can be imported again.")
    {
        Arguments.Add(ConversationsShowCommand.Id);
        Options.Add(_markdown);
        Examples = [new("turnpike conversations export conv_3kTfP0aZ > trip.json", "read again by: turnpike conversations import trip.json"), new("turnpike conversations export conv_3kTfP0aZ --markdown > trip.md", "a transcript")];
        Does(async run =>
        {
            var text = await run.Turnpike.ExportConversationAsync(run.Parsed.GetRequiredValue(ConversationsShowCommand.Id), run.Parsed.GetValue(_markdown), run.Stop);
            run.Here.Out.Write(text.EndsWith('\n') ? text : text + "\n");
            return ExitCode.Ok;
        });
    }
}
