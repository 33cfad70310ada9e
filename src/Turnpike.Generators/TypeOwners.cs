namespace Turnpike.Generators;

/// <summary>Which file each generated type is made of: names of files that differ may come to the same type.</summary>
internal static class TypeOwners
{
    /// <summary>The file that a type is made of: the first one, by its path.</summary>
    public static string OwnerOf(this IEnumerable<TypeFile> files, string type) => Sorted(files.Where(file => file.Type == type)).First();

    /// <summary>A name for a type's source that no other has; the compiler tells them apart without regard to case.</summary>
    public static string SourceOf(this IEnumerable<TypeFile> files, string type)
    {
        var alike = files.Select(file => file.Type).Where(other => string.Equals(other, type, StringComparison.OrdinalIgnoreCase)).Distinct().OrderBy(other => other, StringComparer.Ordinal).ToList();
        var name = type.Replace("@", "");
        return alike.IndexOf(type) is > 0 and var at ? $"{name}.{at + 1}.g.cs" : $"{name}.g.cs";
    }

    private static IEnumerable<string> Sorted(IEnumerable<TypeFile> files) => files.Select(file => file.File).OrderBy(file => file, StringComparer.Ordinal);
}

/// <summary>A prompt file and the type that its name comes to.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Type">The type, with its namespace.</param>
internal sealed record TypeFile(string File, string Type);
