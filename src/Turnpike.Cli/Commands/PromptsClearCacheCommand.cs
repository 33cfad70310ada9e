namespace Turnpike.Cli.Commands;

/// <summary><c>turnpike prompts clear-cache</c>.</summary>
internal sealed class PromptsClearCacheCommand : CliCommand
{
    /// <summary>The command.</summary>
    public PromptsClearCacheCommand() : base("clear-cache", "Makes the server forget what it remembers of prompts. Conversations stay with theirs.")
    {
        Examples = [new("turnpike prompts clear-cache --server http://127.0.0.1:5080", "the next turn reads its prompt anew")];
        Does(async run =>
        {
            await run.Turnpike.ClearPromptCacheAsync(run.Stop);
            return ExitCode.Ok;
        });
    }
}
