using System.Text.RegularExpressions;

namespace Turnpike.Tests.Architecture;

/// <summary>Three floors, no staircase upward: Pipeline on top, the stations, the ground floor.</summary>
public sealed partial class Floors
{
    private static readonly string[] Ground = ["Turns", "Prompts"];
    private static readonly string[] Stations = ["Opening", "Triggers", "Middleware", "Messages", "Tools", "Models", "Conversations"];

    public static TheoryData<string> Folders => [.. Ground, .. Stations];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_itself_and_the_ground_floor(string folder)
    {
        var files = Directory.GetFiles(Repository.PathOf("src", "Turnpike", folder), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        var above = from file in files
                    from Match use in Use().Matches(File.ReadAllText(file))
                    let used = use.Groups[1].Value
                    where used != folder && !Ground.Contains(used)
                    select $"{Path.GetFileName(file)} uses {used}";
        Assert.Empty(above);
    }

    /// <summary>Inside of <c>namespace Turnpike.Opening</c> one may write <c>Conversations.BegunTurn</c> without a using.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void No_name_says_another_station_in_passing(string folder)
    {
        var others = Stations.Append("Pipeline").Where(other => other != folder).ToDictionary(other => other, other => Directory.GetFileSystemEntries(Repository.PathOf("src", "Turnpike", other), "*", SearchOption.AllDirectories).Select(entry => Path.GetFileName(entry).Split('.')[0]).ToHashSet());
        var above = from file in Directory.GetFiles(Repository.PathOf("src", "Turnpike", folder), "*.cs", SearchOption.AllDirectories)
                    from Match name in Qualified().Matches(File.ReadAllText(file))
                    where others.TryGetValue(name.Groups[1].Value, out var types) && types.Contains(name.Groups[2].Value)
                    select $"{Path.GetFileName(file)} says {name.Value}";
        Assert.Empty(above);
        Assert.Matches(Qualified(), "var turn = Conversations.BegunTurn.Of(draft);");
    }

    [Fact]
    public void Every_folder_of_the_library_is_a_floor()
    {
        var folders = Directory.GetDirectories(Repository.PathOf("src", "Turnpike")).Select(Path.GetFileName).Except(["bin", "obj"]);
        Assert.Equal(Ground.Concat(Stations).Append("Pipeline").Order(), folders.Order());
    }

    [GeneratedRegex(@"using (?:static )?(?:\w+ = )?Turnpike\.([A-Z]\w+)")]
    private static partial Regex Use();

    [GeneratedRegex(@"(?<![\w.])(?:Turnpike\.)?([A-Z][a-z]+)\.([A-Z]\w+)")]
    private static partial Regex Qualified();
}
