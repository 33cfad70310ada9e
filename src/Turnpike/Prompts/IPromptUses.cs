namespace Turnpike.Prompts;

/// <summary>Knows which turns ran which version of a prompt.</summary>
public interface IPromptUses
{
    /// <summary>A page of the turns that ran a prompt, newest first.</summary>
    /// <param name="key">The prompt's key.</param>
    /// <param name="version">Only this version; null: all.</param>
    /// <param name="after">The cursor that the page before ended with.</param>
    /// <param name="limit">Rows of the page, 1 to 200.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Page<PromptUse>> ListAsync(string key, int? version, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Exactly what a turn ran: stored, changed by its request, or never saved. Null when there is no such turn, or it had no prompt.</summary>
    Task<Prompt?> PromptOfAsync(string turn, CancellationToken cancellationToken);
}
