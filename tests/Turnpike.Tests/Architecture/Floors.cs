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

    [Fact]
    public void Every_folder_of_the_library_is_a_floor()
    {
        var folders = Directory.GetDirectories(Repository.PathOf("src", "Turnpike")).Select(Path.GetFileName).Except(["bin", "obj"]);
        Assert.Equal(Ground.Concat(Stations).Append("Pipeline").Order(), folders.Order());
    }

    [GeneratedRegex(@"using (?:static )?(?:\w+ = )?Turnpike\.([A-Z]\w+)")]
    private static partial Regex Use();
}
