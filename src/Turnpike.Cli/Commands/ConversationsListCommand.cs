using System.CommandLine;
using System.Globalization;
using Turnpike.Cli.Output;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike conversations list</c>.</summary>
internal sealed class ConversationsListCommand : CliCommand
{
    private readonly Argument<string?> _words = new("words") { Description = "Words: each begins a word of the title or of what was said.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>The command.</summary>
    public ConversationsListCommand() : base("list", "Lists conversations, last changed first.")
    {
        Arguments.Add(_words);
        Options.Add(Paging.Limit);
        Examples = [new("turnpike conversations list", "the newest conversations"), new("turnpike conversations list --json -n 1 | jq -r .id", "the id of the newest")];
        Does(RunAsync);
    }

    private async Task<int> RunAsync(Invocation run)
    {
        var words = run.Parsed.GetValue(_words);
        var rows = await Paging.ReadAsync(run, (after, limit) => run.Turnpike.ConversationsAsync(new ConversationQuery { Query = words, After = after, Limit = limit }, run.Stop));
        if (run.IsJson) JsonLines.Write(run.Here, TurnpikeJson.Relaxed.Conversation, rows);
        else Rows.Write(run.Here, ["Conversation", "Changed (UTC)", "Prompt", "Title"], rows.Select(row => (string?[])[row.Id, row.UpdatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), row.Prompt?.Key, row.Title ?? row.Beginning]));
        return ExitCode.Ok;
    }
}
