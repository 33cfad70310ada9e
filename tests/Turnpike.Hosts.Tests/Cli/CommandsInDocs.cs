using System.CommandLine;
using System.Text.RegularExpressions;
using Turnpike.Cli;
using Turnpike.Cli.Commands;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Command lines that the README and the docs show can be typed as they stand.</summary>
public sealed partial class CommandsInDocs
{
    public static TheoryData<string, string> Lines()
    {
        var data = new TheoryData<string, string>();
        foreach (var page in Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md")).Where(page => Path.GetFileName(page) != "cli.md"))
        {
            foreach (Match line in Shown().Matches(File.ReadAllText(page))) data.Add(Path.GetFileName(page), line.Groups[1].Value);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Can_be_typed(string page, string line)
    {
        var words = Words().Matches(line).Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Groups[2].Success ? word.Groups[2].Value : word.Value).TakeWhile(word => word is not ("<" or "|" or ">" or "#")).ToArray();
        var parsed = new RootTurnCommand().Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Assert.True(UsageFault.Of(parsed) is null, $"{page}: {line}: {UsageFault.Of(parsed)?.Message}");
    }

    [GeneratedRegex(@"^(?:    |\$ )(?:turnpike|dotnet run --project src/Turnpike\.Cli --) (.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Shown();

    [GeneratedRegex("""
        "([^"]*)"|'([^']*)'|\S+
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Words();
}
