
namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike conversations continue</c>.</summary>
internal sealed class ConversationsContinueCommand : CliCommand
{
    /// <summary>The command.</summary>
    public ConversationsContinueCommand() : base("continue", "Adds a turn to a conversation.")
    {
        Arguments.Add(ConversationsShowCommand.Id);
        Arguments.Add(RunCommand.Text);
        TurnOptions.AddTo(this, continues: false);
        Examples = [new("turnpike conversations continue conv_3kTfP0aZ \"And in French?\"", "the next turn")];
        Does(async run => await TurnSubmission.RunAsync(run, await TurnSubmission.ReadAsync(run, prompt: null, run.Parsed.GetValue(RunCommand.Text), run.Parsed.GetRequiredValue(ConversationsShowCommand.Id))));
    }
}
