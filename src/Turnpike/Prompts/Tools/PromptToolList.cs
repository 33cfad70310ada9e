using Turnpike.Turns.Access;

namespace Turnpike.Prompts.Tools;

/// <summary>The tools of the stored prompts that were saved last. They are read again only when the store's mark says that something changed; a few lists are remembered, for people do not see the same prompts.</summary>
/// <param name="prompts">The store.</param>
/// <param name="most">The most prompts that are read.</param>
public sealed class PromptToolList(IPromptStore prompts, int most)
{
    private const int Page = 200;
    private const int Remembered = 8;
    private readonly Lock _gate = new();
    private volatile Listing[] _known = []; // newest first
    private (string Mark, Task<IReadOnlyList<PromptTool>> Tools) _reading = ("", Task.FromResult<IReadOnlyList<PromptTool>>([]));

    /// <summary>The tools now; the same list as long as nothing changed.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<IReadOnlyList<PromptTool>> ReadAsync(CancellationToken cancellationToken)
    {
        var mark = await MarkAsync(cancellationToken);
        return Find(mark) ?? await Reading(mark).WaitAsync(cancellationToken);
    }

    /// <summary>The list of a mark is read once, however many wait for it.</summary>
    private Task<IReadOnlyList<PromptTool>> Reading(string mark)
    {
        lock (_gate)
        {
            if (_reading.Mark != mark || _reading.Tools.IsCompleted) _reading = (mark, Task.Run(() => ReadAsync(mark)));
            return _reading.Tools;
        }
    }

    private async Task<IReadOnlyList<PromptTool>> ReadAsync(string mark)
    {
        if (Find(mark) is { } known) return known;
        var tools = PromptTool.Of(await ListAsync());
        if (await MarkAsync(CancellationToken.None) == mark) lock (_gate) _known = [new(mark, tools), .. _known.Take(Remembered - 1)]; // else nobody knows of when it is
        return tools;
    }

    private IReadOnlyList<PromptTool>? Find(string mark) => Array.Find(_known, listing => listing.Mark == mark)?.Tools;

    private async Task<string> MarkAsync(CancellationToken cancellationToken) => $"{OrganizationScope.Current} {await prompts.MarkAsync(cancellationToken)}";

    private async Task<List<Prompt>> ListAsync()
    {
        var all = new List<Prompt>();
        for (string? after = null; all.Count < most;)
        {
            var page = await prompts.ListAsync(new() { After = after, Limit = Page }, CancellationToken.None);
            all.AddRange(page.Data);
            if ((after = page.Next) is null) break;
        }
        return all;
    }

    private sealed record Listing(string Mark, IReadOnlyList<PromptTool> Tools);
}
