using Turnpike.Prompts;

namespace Turnpike.Turns.Stores;

/// <summary>Which turns in memory ran which prompts.</summary>
internal sealed class InMemoryPromptUses(InMemoryState state) : IPromptUses
{
    public Task<Page<PromptUse>> ListAsync(string key, int? version, string? after, int limit, CancellationToken cancellationToken)
    {
        var cursor = PageCursor.Parse(after);
        lock (state.Gate)
        {
            var rows = state.Turns.Values.Select(kept => kept.Turn)
                .Where(turn => turn.Prompt?.Key == key && (version is null || turn.Prompt.Version == version) && cursor.IsBefore(turn.CreatedAt.ToUnixTimeMilliseconds(), turn.Id))
                .OrderByDescending(turn => turn.CreatedAt.ToUnixTimeMilliseconds()).ThenByDescending(turn => turn.Id, StringComparer.Ordinal).Take(limit + 1)
                .Select(turn => new PromptUse(turn.Id, turn.Conversation, turn.Prompt!.Version, turn.Prompt.Hash, turn.Status, turn.CreatedAt)).ToList();
            var more = rows.Count > limit;
            if (more) rows.RemoveAt(limit);
            return Task.FromResult(new Page<PromptUse>(rows, more ? new PageCursor(rows[^1].CreatedAt.ToUnixTimeMilliseconds(), rows[^1].Turn).ToString() : null));
        }
    }

    public Task<Prompt?> PromptOfAsync(string turn, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult(state.Turns.GetValueOrDefault(turn)?.Beginning.Conversation.Prompt);
    }
}
