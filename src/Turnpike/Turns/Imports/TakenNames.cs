namespace Turnpike.Turns.Imports;

/// <summary>Names of which each may be there once, whatever its case: who comes later gets a number behind its own.</summary>
internal sealed class TakenNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _next = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name, or the first free one of <c>name 2</c>, <c>name 3</c>, …</summary>
    public string Take(string wanted)
    {
        if (_taken.Add(wanted)) return wanted;
        for (var number = _next.GetValueOrDefault(wanted, 2); ; number++)
        {
            if (!_taken.Add($"{wanted} {number}")) continue;
            _next[wanted] = number + 1;
            return $"{wanted} {number}";
        }
    }

    /// <summary>Nobody got the name after all.</summary>
    public void Free(string name) => _taken.Remove(name);
}
