namespace Turnpike.Cli.Sync;

/// <summary>Finds files of a folder and of those below it. Hidden files and folders are left out, and links that lead back to a folder around them: nobody would come to an end there.</summary>
internal static class FolderFiles
{
    /// <summary>The files with an ending, in no order.</summary>
    public static IEnumerable<string> Of(string root, string ending) => Of(root, "*" + ending, [new DirectoryInfo(root) is var folder && folder.ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : folder.FullName]);

    /// <summary>Whether a file of a folder is hidden, or stands in a folder that is: a tool keeps it, for itself or in place of another.</summary>
    public static bool IsHidden(string root, string file) => Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(IsHidden);

    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which files.</param>
    /// <param name="around">Where the folder and those that it was reached through really are, the folder last.</param>
    private static IEnumerable<string> Of(string folder, string pattern, IReadOnlyList<string> around)
    {
        foreach (var file in Directory.EnumerateFiles(folder, pattern))
            if (!IsHidden(Path.GetFileName(file))) yield return file;
        foreach (var inner in new DirectoryInfo(folder).EnumerateDirectories())
        {
            if (IsHidden(inner.Name)) continue;
            var real = inner.LinkTarget is null ? Path.Combine(around[^1], inner.Name) : inner.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
            if (real is null || (inner.LinkTarget is not null && around.Any(outer => IsAround(real, outer)))) continue;
            foreach (var file in Of(inner.FullName, pattern, [.. around, real])) yield return file;
        }
    }

    private static bool IsHidden(string name) => name.StartsWith('.');

    private static bool IsAround(string folder, string inner) => inner == folder || inner.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
