using System.Text.RegularExpressions;

namespace Turnpike.Tests.Architecture;

/// <summary>The page of the API tells of every warning that the code can give, and of no other.</summary>
public sealed partial class WarningsTable
{
    [Fact]
    public void Every_warning_is_told_of()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("src", "Turnpike"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        var given = files.SelectMany(file => Given().Matches(File.ReadAllText(file))).Select(found => found.Groups["code"].Value).Distinct().Order(StringComparer.Ordinal);
        var page = Repository.Read("docs", "api.md").ReplaceLineEndings("\n").Split("\n## Warnings\n")[1].Split("\n## ")[0];
        var told = Row().Matches(page).SelectMany(row => Code().Matches(row.Groups["codes"].Value)).Select(code => code.Groups["code"].Value).Order(StringComparer.Ordinal);
        Assert.Equal(given, told);
    }

    /// <summary>Where a warning is made: of a draft, as an event, among the warnings of variables and imports, and as one of the codes of a trigger that stayed text.</summary>
    [GeneratedRegex(@"(?:\bWarn\(|\bCode = |[wW]arnings[^;\n]*new\(|const string \w+ = (?=\x22trigger_))\x22(?<code>[a-z_]+)\x22")]
    private static partial Regex Given();

    [GeneratedRegex(@"^\| (?<codes>`[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<code>[a-z_]+)`")]
    private static partial Regex Code();
}
