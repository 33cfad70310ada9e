using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools;

/// <summary>The choices of the last turns as they were offered: most turns choose what one before them chose, and hundreds of names need not be made unique again.</summary>
internal sealed class RecentChoices
{
    private const int Most = 16;
    private readonly Lock _gate = new();
    private readonly (KnownTool[] Chosen, OfferedTools Offered)[] _kept = new (KnownTool[], OfferedTools)[Most];
    private int _next;

    /// <summary>These tools as they are offered.</summary>
    /// <param name="chosen">The tools, in order of their names; nobody changes the list from now on.</param>
    public OfferedTools Of(KnownTool[] chosen)
    {
        if (Array.Exists(chosen, tool => tool.IsClient || tool.Decision != ToolDecision.Allow)) return new(chosen); // made for this turn alone
        lock (_gate)
        {
            foreach (var (known, offered) in _kept) if (known is not null && IsSame(known, chosen)) return offered;
        }
        var made = new OfferedTools(chosen);
        lock (_gate)
        {
            _kept[_next] = (chosen, made);
            _next = (_next + 1) % Most;
        }
        return made;
    }

    private static bool IsSame(KnownTool[] one, KnownTool[] other)
    {
        if (one.Length != other.Length) return false;
        for (var i = 0; i < one.Length; i++) if (!ReferenceEquals(one[i], other[i])) return false;
        return true;
    }
}
