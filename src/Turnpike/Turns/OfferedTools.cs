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
        {
            var name = tools[i].Name;
            if (name.Length > LegalName.Longest || !ReferenceEquals(LegalName.Of(name), name)) continue;
            var named = Named(tools[i], name);
            if (_byName.TryAdd(name, named)) all[i] = named;
        }
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i] is not null) continue;
            var name = LegalName.Of(tools[i].Name);
            if (name.Length > LegalName.Longest || _byName.ContainsKey(name)) name = $"{name[..Math.Min(name.Length, LegalName.Longest - HashLength - 1)]}_{Hash(tools[i].Name)}";
            while (_byName.ContainsKey(name)) name = $"{name[..^HashLength]}{Hash(name + tools[i].Name)}";
            all[i] = _byName[name] = Named(tools[i], name);
        }
        All = all;
        Functions = new([.. all.Select(tool => tool.Function)]);
    }

    private OfferedTools(IReadOnlyList<KnownTool> all, Dictionary<string, KnownTool> byName) =>
        (All, Functions, _byName) = (all, new([.. all.Select(tool => tool.Function)]), all.ToDictionary(tool => tool.Function.Name, tool => byName[tool.Function.Name], StringComparer.Ordinal));

    /// <summary>No tools.</summary>
    public static OfferedTools None { get; } = new([]);

    /// <summary>The tools, in order of the names they are chosen by.</summary>
    public IReadOnlyList<KnownTool> All { get; }

    /// <summary>The tools as a request has them.</summary>
    internal OfferedFunctions Functions { get; }

    /// <summary>The tokens of their declarations, estimated; 0 for a model that is not sent them.</summary>
    internal long TokensFor(ModelInfo? model) => All.Count == 0 || model?.Tools == false ? 0 : Functions.Tokens;

    /// <summary>Those of the tools that have these names for the model.</summary>
    public OfferedTools Only(IReadOnlyCollection<string> names) => new([.. All.Where(tool => names.Contains(tool.Function.Name))], _byName);

    /// <summary>The tool that the model means; null when it was not offered.</summary>
    public KnownTool? Find(string name) => _byName.GetValueOrDefault(name);

    private static KnownTool Named(KnownTool tool, string name) => tool.Function.Name == name ? tool : tool with { Own = tool.Own, Function = new RenamedFunction(tool.Function, name) };

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength];
}
