using System.Security.Cryptography;
using System.Text;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Turns;

/// <summary>
/// The tools of one turn under the names that the model sees, fixed when the turn is prepared: letters, digits, <c>_</c> and <c>-</c>, at most 64, unique;
/// a name that is cut or clashes ends in a hash of the whole one.
/// </summary>
public sealed class OfferedTools
{
    private const int LongestName = 64;
    private const int HashLength = 8;
    private readonly Dictionary<string, KnownTool> _byName;

    /// <summary>Offers tools.</summary>
    /// <param name="tools">The tools, in order of their names.</param>
    public OfferedTools(IReadOnlyList<KnownTool> tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        _byName = new(tools.Count, StringComparer.Ordinal);
        var all = new KnownTool[tools.Count];
        for (var i = 0; i < all.Length; i++) // those whose names need no change come first to them
            if (Legal(tools[i].Name) is { } legal && legal == tools[i].Name && _byName.TryAdd(legal, tools[i])) all[i] = _byName[legal] = Named(tools[i], legal);
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i] is not null) continue;
            var name = Legal(tools[i].Name);
            if (name.Length > LongestName || _byName.ContainsKey(name)) name = $"{name[..Math.Min(name.Length, LongestName - HashLength - 1)]}_{Hash(tools[i].Name)}";
            while (_byName.ContainsKey(name)) name = $"{name[..^HashLength]}{Hash(name + tools[i].Name)}";
            all[i] = _byName[name] = Named(tools[i], name);
        }
        All = all;
    }

    /// <summary>No tools.</summary>
    public static OfferedTools None { get; } = new([]);

    /// <summary>The tools, in order of the names they are chosen by.</summary>
    public IReadOnlyList<KnownTool> All { get; }

    /// <summary>The tool that the model means; null when it was not offered.</summary>
    public KnownTool? Find(string name) => _byName.GetValueOrDefault(name);

    private static KnownTool Named(KnownTool tool, string name) => tool.Function.Name == name ? tool : tool with { Own = tool.Own, Function = new RenamedFunction(tool.Function, name) };

    private static string Legal(string name)
    {
        var illegal = 0;
        foreach (var letter in name) if (!IsLegal(letter)) illegal++;
        return illegal == 0 && name.Length > 0 ? name : name.Length == 0 ? "_" : string.Create(name.Length, name, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = IsLegal(from[i]) ? from[i] : '_';
        });
    }

    private static bool IsLegal(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-';

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength];
}
