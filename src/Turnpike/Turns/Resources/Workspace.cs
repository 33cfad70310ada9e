using System.IO.Enumeration;
using Microsoft.Extensions.Options;

namespace Turnpike.Turns.Resources;

/// <summary>The folder whose files can be attached by path and glob. Nothing outside it is ever read: neither by <c>..</c>, nor by an absolute path, nor through a link.</summary>
public sealed class Workspace(IOptions<ResourceOptions> options)
{
    private const string Across = "**";
    private const int MostListed = 1000;
    private const int MostSeen = 100_000;
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
    private readonly string? _root = options.Value.Workspace is { Length: > 0 } folder ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) : null;

    /// <summary>Whether there is one.</summary>
    public bool IsThere => _root is not null;

    /// <summary>The file of a path; null when there is none inside the workspace.</summary>
    public FileInfo? Resolve(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (_root is null || path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(path)) return null;
        var full = Path.GetFullPath(Path.Combine(_root, path));
        return IsInside(full) && new FileInfo(full) is { Exists: true } file && !HasLink(full) ? file : null;
    }

    /// <summary>Paths that a glob means, in order: <c>*</c> and <c>?</c> within a name, <c>**</c> across folders. Names that begin with a dot are only meant by a dot.</summary>
    public IReadOnlyList<string> Glob(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (!Directory.Exists(_root)) return [];
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0) return Resolve(pattern) is null ? [] : [pattern];
        var parts = pattern.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Contains("..") || Path.IsPathRooted(pattern)) return [];
        var (found, seen) = (new SortedSet<string>(StringComparer.Ordinal), 0);
        Walk(_root, [.. parts.Where((part, at) => part != Across || at == 0 || parts[at - 1] != Across)], found, ref seen);
        return [.. found];
    }

    /// <summary>A file's path from the workspace, with slashes.</summary>
    public string Shown(FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.GetRelativePath(_root!, file.FullName).Replace('\\', '/');
    }

    private void Walk(string folder, ReadOnlySpan<string> parts, SortedSet<string> found, ref int seen)
    {
        if (++seen > MostSeen) return;
        var part = parts[0];
        if (part == Across && parts.Length > 1) Walk(folder, parts[1..], found, ref seen);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Readable).Take(MostSeen - seen).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (found.Count >= MostListed || ++seen > MostSeen) return;
            if (entry.LinkTarget is not null || (entry.Name[0] == '.' && part[0] != '.')) continue;
            if (entry is DirectoryInfo inner)
            {
                if (part == Across) Walk(inner.FullName, parts, found, ref seen);
                else if (parts.Length > 1 && Matches(part, entry.Name)) Walk(inner.FullName, parts[1..], found, ref seen);
            }
            else if (parts.Length == 1 && (part == Across || Matches(part, entry.Name)))
            {
                found.Add(Shown((FileInfo)entry));
            }
        }
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private bool IsInside(string full) => full.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private bool HasLink(string full)
    {
        for (var at = full; at is not null && at.Length > _root!.Length; at = Path.GetDirectoryName(at))
            if (new FileInfo(at).LinkTarget is not null) return true;
        return false;
    }
}
