using System.Runtime.CompilerServices;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class Documented
{
    private static string Page([CallerFilePath] string here = "") => File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../../docs/prompts.md"));

    [Fact]
    public void Every_type_stands_in_the_table_of_types()
    {
        var rows = Page().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')[1]).ToArray();
        Assert.All(Enum.GetValues<VariableType>(), type => Assert.Contains(rows, row => row.Contains($"`{JsonNamingPolicy.CamelCase.ConvertName(type.ToString())}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_computed_variable_is_described() =>
        Assert.All(ComputedVariables.Names, name => Assert.Contains($"`{name}`", Page(), StringComparison.Ordinal));
}
