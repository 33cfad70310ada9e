using Turnpike.Triggers;
using static Turnpike.Tests.Triggers.SampleTriggers;

namespace Turnpike.Tests.Triggers;

public sealed class CatalogOfTriggers
{
    [Theory]
    [InlineData("tools.activate", "tools.activate")]
    [InlineData("TOOLS.ACTIVATE", "tools.activate")]
    [InlineData("Template.Use", "prompt.use")]
    [InlineData("vfs.add", "resource.add")]
    [InlineData("help", "help.show")]
    [InlineData("tools", null)]
    [InlineData("tools.x", null)]
    [InlineData("", null)]
    public void Names_and_aliases_are_found_without_case(string name, string? found) => Assert.Equal(found, Catalog.Find(name)?.FullName);

    [Fact]
    public void It_tells_each_method_with_its_arguments()
    {
        var entry = Assert.Single(Catalog.Entries, entry => entry is { Namespace: "resource", Method: "add" });
        Assert.Equal(["file.attach", "vfs.add"], entry.Aliases);
        Assert.Equal(["what", "policy"], entry.Arguments.Select(argument => argument.Name));
    }

    [Fact]
    public void Two_of_one_name_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TriggerCatalog([new Space("a", Method("b")), new Space("A", Method("c"))]));
        Assert.Throws<ArgumentException>(() => new TriggerCatalog([new Space("a", Method("b"), Method("B"))]));
        Assert.Throws<ArgumentException>(() => new TriggerCatalog([new Space("a", Method("b")), new Space("c", Method("d") with { Aliases = ["a.b"] })]));
    }

    [Theory]
    [InlineData("a b", "c")]
    [InlineData("1a", "c")]
    [InlineData("a", "")]
    [InlineData("a", "c.d")]
    public void What_nobody_could_type_is_refused(string space, string method) => Assert.Throws<ArgumentException>(() => new TriggerCatalog([new Space(space, Method(method))]));

    [Fact]
    public void Arguments_behind_a_text_are_refused() =>
        Assert.Throws<ArgumentException>(() => new TriggerCatalog([new Space("a", Method("b", new TriggerArgument { Name = "all", Type = TriggerArgumentType.Text }, new TriggerArgument { Name = "more" }))]));
}
