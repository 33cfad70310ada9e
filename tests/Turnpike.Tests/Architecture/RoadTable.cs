using System.Text.RegularExpressions;
using Turnpike.Pipeline;

namespace Turnpike.Tests.Architecture;

/// <summary>The table of the road in the library's README is the corridor's constructor.</summary>
public sealed partial class RoadTable
{
    [Fact]
    public void The_road_in_the_readme_is_the_road_in_the_corridor()
    {
        var table = Row().Matches(Repository.Read("src", "Turnpike", "README.md")).Select(row => $"{row.Groups[1].Value}.{row.Groups[2].Value}");
        var doors = typeof(TurnPipeline).GetConstructors().Single().GetParameters().Take(7).Select(door => $"{door.ParameterType.Namespace!.Split('.')[^1]}.{door.ParameterType.Name}");
        Assert.Equal(doors, table);
    }

    [Fact]
    public void The_corridor_stays_about_sixty_lines()
    {
        Assert.InRange(Repository.Read("src", "Turnpike", "Pipeline", "TurnPipeline.cs").Count(c => c == '\n'), 1, 90);
    }

    [GeneratedRegex(@"^\| \d \| .* \| `(\w+)` \| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
