using Turnpike.Prompts;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>
/// All prompts and their labels, as clients name them. They are read again only when the store's mark says that something changed; a few lists are remembered, for people do not see the same prompts.
/// </summary>
internal sealed class ListedPrompts(IPromptStore prompts)
{
    private const int PageSize = 200;
    private const int Remembered = 8;
    private readonly Lock _gate = new();
    private volatile Listing[] _known = []; // newest first

    /// <summary>The prompts now, last saved first, each before its labels. Which of them a key may use is for the caller to look at.</summary>
    public async Task<IReadOnlyList<ListedPrompt>> ReadAsync(CancellationToken cancellationToken)
    {
        var mark = await MarkAsync(cancellationToken);
        if (Array.Find(_known, listing => listing.Mark == mark) is { } known) return known.Prompts;
        var read = await ListAsync(cancellationToken);
        if (await MarkAsync(cancellationToken) == mark) lock (_gate) _known = [new(mark, read), .. _known.Where(listing => listing.Mark != mark).Take(Remembered - 1)]; // else nobody knows of when it is
        return read;
    }

    private async Task<string> MarkAsync(CancellationToken cancellationToken) => $"{OrganizationScope.Current} {await prompts.MarkAsync(cancellationToken)}";

    private async Task<List<ListedPrompt>> ListAsync(CancellationToken cancellationToken)
    {
        var listed = new List<ListedPrompt>();
        var labels = (await prompts.AllLabelsAsync(cancellationToken)).ToLookup(label => label.Key, StringComparer.Ordinal); // a label may stand at any version
        for (string? after = null; ;)
        {
            var page = await prompts.ListAsync(new() { After = after, Limit = PageSize }, cancellationToken);
            foreach (var prompt in page.Data)
            {
                listed.Add(ListedPrompt.Of(PromptNames.Prefix + prompt.Key, prompt));
                foreach (var label in labels[prompt.Key].Where(label => prompt.ImportedFrom is null || ForeignVersions.NumberOf(label.Label) is null).OrderByDescending(label => label.Version)) listed.Add(ListedPrompt.Of($"{PromptNames.Prefix}{prompt.Key}@{label.Label}", prompt with { CreatedAt = label.CreatedAt }));
            }
            if (page.Next is null) return listed;
            after = page.Next;
        }
    }

    private sealed record Listing(string Mark, IReadOnlyList<ListedPrompt> Prompts);
}
