namespace Turnpike.Tests.Architecture;

/// <summary>What a newcomer meets first is small enough to be taken in.</summary>
public sealed class FirstSight
{
    [Fact]
    public void The_root_folder_has_at_most_16_entries()
    {
        var made = Repository.Read(".gitignore").Split('\n').Select(line => line.Trim().TrimEnd('/')).Append(".git").ToHashSet(StringComparer.Ordinal);
        var entries = Directory.EnumerateFileSystemEntries(Repository.Root).Select(entry => Path.GetFileName(entry)!).Where(name => !made.Contains(name) && !name.EndsWith(".user", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        Assert.True(entries.Length <= 16, $"{entries.Length}: {string.Join(' ', entries)}");
    }

    [Fact]
    public void The_readme_has_fewer_than_150_lines() => Assert.InRange(Repository.Read("README.md").Split('\n').Length, 1, 149);
}
