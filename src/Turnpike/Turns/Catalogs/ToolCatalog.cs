using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns.Access;

namespace Turnpike.Turns.Catalogs;

/// <summary>All tools of all sources under the names they are chosen by.</summary>
public sealed class ToolCatalog(IEnumerable<IToolSource> sources, IEnumerable<IToolSources> more, IOptions<ToolGroupOptions> groups)
{
    private readonly IToolSource[] _fixed = [.. sources];
    private readonly IToolSources[] _more = [.. more];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<IToolSource, bool> _silent = new();
    private volatile Listing _last = new([], [], []);

    /// <summary>The names of the groups, in order.</summary>
    public IReadOnlyList<string> Groups { get; } = [.. groups.Value.Groups.Keys.Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The sources there are now.</summary>
    public IReadOnlyList<IToolSource> Sources => _more.Length == 0 ? _fixed : [.. _fixed, .. _more.SelectMany(set => set.Now)];

    /// <summary>The tools of all sources that the key may use, in order of their names. A source that fails is left out and told of.</summary>
    /// <param name="failed">Hears of each source that could not be asked.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ValueTask<IReadOnlyList<KnownTool>> ListAsync(Action<string, Exception>? failed, CancellationToken cancellationToken) => ListAsync(null, failed, cancellationToken);

    /// <summary>The same, waiting for sources, one after the other, only until they have all of these names. What a name means does not depend on who answers first: the plain name is that of the first source that has it, so no source counts before those in front of it have answered or failed. One that says nothing for two seconds is waited for no longer, by this listing and those after it, until it answers: a dead server delays one turn, and by no more than that.</summary>
    public async ValueTask<IReadOnlyList<KnownTool>> ListAsync(IReadOnlyCollection<string>? wanted, Action<string, Exception>? failed, CancellationToken cancellationToken)
    {
        var now = Sources;
        var asked = new Task<IReadOnlyList<AIFunction>>[now.Count];
        for (var i = 0; i < asked.Length; i++) asked[i] = AskAsync(now[i], cancellationToken);
        for (Task? patience = null; wanted is not null && Array.Exists(asked, answer => !answer.IsCompleted);)
        {
            var late = Late(now, asked);
            var settled = Known(now, [.. asked.Select((answer, i) => i < late && answer.IsCompletedSuccessfully ? answer.Result : null)]);
            if (HasAll(settled, wanted)) return Allowed(settled);
            if (late == asked.Length) await Task.WhenAny(asked.Where(answer => !answer.IsCompleted));
            else if (await Task.WhenAny(asked[late], patience ??= Task.Delay(Patience, cancellationToken)) == patience) Leave(now, asked);
        }
        var lists = new IReadOnlyList<AIFunction>?[asked.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            try
            {
                lists[i] = await asked[i];
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failed?.Invoke(now[i].Name, error);
            }
        }
        return Allowed(Known(now, lists));
    }

    /// <summary>The place of the first source that has not answered and is still waited for; the number of sources where there is none.</summary>
    private int Late(IReadOnlyList<IToolSource> now, Task<IReadOnlyList<AIFunction>>[] asked)
    {
        for (var i = 0; i < asked.Length; i++)
        {
            if (asked[i].IsCompleted) _silent.TryRemove(now[i], out _);
            else if (!_silent.ContainsKey(now[i])) return i;
        }
        return asked.Length;
    }

    private void Leave(IReadOnlyList<IToolSource> now, Task<IReadOnlyList<AIFunction>>[] asked)
    {
        for (var i = 0; i < asked.Length; i++) if (!asked[i].IsCompleted) _silent[now[i]] = true;
    }

    /// <summary>Whether each of the names has a tool.</summary>
    private static bool HasAll(KnownTool[] tools, IReadOnlyCollection<string> wanted) => wanted.All(name => Array.Exists(tools, tool => ToolGlob.Names(name, tool)));

    /// <summary>Those that the key of the request may use.</summary>
    private static KnownTool[] Allowed(KnownTool[] tools) => KeyScope.Current?.Tools is null || Array.TrueForAll(tools, tool => KeyScope.AllowsTool(tool.Name)) ? tools : [.. tools.Where(tool => KeyScope.AllowsTool(tool.Name))];

    private static async Task<IReadOnlyList<AIFunction>> AskAsync(IToolSource source, CancellationToken cancellationToken) => await source.ListAsync(cancellationToken);

    /// <summary>The catalog of these lists; the last one, as long as the lists are the same.</summary>
    private KnownTool[] Known(IReadOnlyList<IToolSource> now, IReadOnlyList<AIFunction>?[] lists)
    {
        var last = _last;
        if (last.Is(now, lists)) return last.Tools;
        var known = new Dictionary<string, KnownTool>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < lists.Length; i++)
        {
            foreach (var function in lists[i] ?? [])
            {
                var name = known.ContainsKey(function.Name) ? $"{now[i].Name}.{function.Name}" : function.Name;
                known.TryAdd(name, new(name, now[i].Name, function) { Trusted = now[i].Trusted, OnlyByName = now[i].OnlyByName });
            }
        }
        KnownTool[] tools = [.. known.Values.Select(tool => Legal(tool) with { Groups = GroupsOf(tool) }).OrderBy(tool => tool.Name, StringComparer.Ordinal)];
        _last = new([.. now], lists, tools);
        return tools;
    }

    /// <summary>Under the name that models take, made here once and not for every turn.</summary>
    private static KnownTool Legal(KnownTool tool) => LegalName.Of(tool.Name) is { Length: <= LegalName.Longest } legal && legal != tool.Function.Name ? tool with { Function = new RenamedFunction(tool.Function, legal) } : tool;

    private string[] GroupsOf(KnownTool tool) => Groups.Count == 0 ? [] : [.. Groups.Where(group => groups.Value.Groups[group].Any(name => ToolGlob.Fits(name, tool)))];

    private sealed record Listing(IToolSource[] Sources, IReadOnlyList<AIFunction>?[] Lists, KnownTool[] Tools)
    {
        public bool Is(IReadOnlyList<IToolSource> sources, IReadOnlyList<AIFunction>?[] lists)
        {
            if (sources.Count != Sources.Length || sources.Count == 0) return false;
            for (var i = 0; i < lists.Length; i++)
                if (!ReferenceEquals(sources[i], Sources[i]) || !ReferenceEquals(lists[i], Lists[i])) return false;
            return true;
        }
    }
}
