using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using static Turnpike.Tests.Prompts.Variables.Resolving;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class LayerOrder
{
    private static readonly string[] Names = ["trigger", "request", "conversation", "project:near", "project:far", "organization:o", "user:u", "global"];
    private static readonly VariableDefinition Model = new() { Name = "model", Default = Json.Of("\"default\"") };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void The_highest_layer_that_has_a_value_wins(int highest)
    {
        SettingsLayer[] layers = [.. Names.Select((name, index) => Layer(name, index < highest ? """{"model": null}""" : $$"""{"model": "{{name}}"}"""))];
        var resolved = With([], Context with { Model = "computed" }, new([Model], ["model"]), layers);
        Assert.Equal(Names[highest], resolved.Text("model"));
        Assert.Equal(highest < 2 ? "turn" : Names[highest], resolved.Explain()["model"].Layer);
    }

    [Fact]
    public void Computed_comes_below_the_layers_and_above_the_default()
    {
        Assert.Equal("computed", With([], Context with { Model = "computed" }, new([Model], [])).Text("model"));
        Assert.Equal("default", With([], Context, new([Model], [])).Text("model"));
    }

    [Fact]
    public void The_empty_text_is_a_value_and_null_is_not()
    {
        var needs = new VariableNeeds([new() { Name = "a", Default = Json.Of("\"d\"") }], []);
        Assert.Equal("", Resolve(needs, Layer("request", """{"a": ""}"""), Layer("conversation", """{"a": "c"}""")).Text("a"));
        Assert.Equal("c", Resolve(needs, Layer("request", """{"a": null}"""), Layer("conversation", """{"a": "c"}""")).Text("a"));
        Assert.Equal("d", Resolve(needs, Layer("request", """{"a": null}""")).Text("a"));
    }

    [Fact]
    public void An_optional_variable_without_a_value_is_left_out()
    {
        var resolved = Resolve(new([new() { Name = "a" }], ["a"]));
        Assert.Empty(resolved.Values);
        Assert.Null(resolved.Explain()["a"].Layer);
    }

    [Fact]
    public void The_value_that_wins_is_coerced() =>
        Assert.Equal("3", Resolve(new([new() { Name = "a", Type = VariableType.Integer }], []), Layer("request", """{"a": "3"}""")).Values["a"].GetRawText());

    [Theory]
    [InlineData("trigger", "conversation", false)]
    [InlineData("request", "conversation", false)]
    [InlineData("request", "turn", true)]
    [InlineData("conversation", "conversation", true)]
    [InlineData("conversation", "project", false)]
    [InlineData("project:p", "project", true)]
    [InlineData("project:p", "organization", false)]
    [InlineData("organization:o", "user", false)]
    [InlineData("user:u", "user", true)]
    [InlineData("user:u", "global", false)]
    [InlineData("global", "global", true)]
    [InlineData("global", "computed", false)]
    [InlineData("host", "conversation", false)]
    public void A_lock_is_the_highest_layer_that_may_set_a_variable(string layer, string locked, bool allowed)
    {
        var needs = new VariableNeeds([new() { Name = "a", Locked = locked }], []);
        var faults = Inspect(needs, Layer(layer, """{"a": "x"}""")).Faults;
        if (allowed) Assert.Null(faults);
        else Assert.Contains($"locked to \"{locked}\"", Assert.Single(faults!.Invalid).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_locked_to_its_default_is_not_even_computed_away()
    {
        var resolved = With([], Context with { Model = "computed" }, new([Model with { Locked = "default" }], []));
        Assert.Equal("default", resolved.Text("model"));
    }

    [Fact]
    public void A_null_does_not_break_a_lock() =>
        Assert.Equal("p", Resolve(new([new() { Name = "a", Locked = "project" }], []), Layer("request", """{"a": null}"""), Layer("project:p", """{"a": "p"}""")).Text("a"));

    [Fact]
    public void A_broken_lock_stops_the_turn()
    {
        var exception = Assert.Throws<TurnException>(() => Resolve(new([new() { Name = "a", Locked = "project" }], []), Layer("request", """{"a": "x"}""")));
        Assert.Equal(TurnErrorCode.VariableInvalid, exception.Code);
        Assert.Equal("\"a\" is given with this turn's request, but it is locked to \"project\": no layer above that may set it.", exception.Message);
    }
}
