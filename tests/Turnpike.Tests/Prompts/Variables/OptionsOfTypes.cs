using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;

namespace Turnpike.Tests.Prompts.Variables;

/// <summary>Options bind the values of every type that has some, unless others are allowed.</summary>
public sealed class OptionsOfTypes
{
    private static VariableDefinition Choice(VariableType type, string options, VariableType? item = null, bool other = false) =>
        new() { Name = "v", Type = type, ItemType = item, AllowOther = other, Options = [.. Json.Of(options).EnumerateArray()] };

    [Theory]
    [InlineData(VariableType.List, null, """["a","b"]""", """["evil"]""")]
    [InlineData(VariableType.List, null, """["a","b"]""", "\"a,evil\"")]
    [InlineData(VariableType.List, VariableType.String, """["a","b"]""", """["a","evil"]""")]
    [InlineData(VariableType.List, VariableType.Integer, "[1,2]", "[1,3]")]
    [InlineData(VariableType.String, null, """["a","b"]""", "\"evil\"")]
    [InlineData(VariableType.Text, null, """["a","b"]""", "\"\"")]
    [InlineData(VariableType.Number, null, "[0.5,1]", "0.7")]
    [InlineData(VariableType.Integer, null, "[1,2]", "\"3\"")]
    public void What_is_none_of_them_is_refused(VariableType type, VariableType? item, string options, string given)
    {
        var fault = VariableCheck.Coerce(Choice(type, options, item), Json.Of(given)).Fault;
        Assert.Contains("it must be", fault, StringComparison.Ordinal);
        Assert.Contains("one of ", fault, StringComparison.Ordinal);
        Assert.Null(VariableCheck.Coerce(Choice(type, options, item, other: true), Json.Of(given)).Fault);
        Assert.Contains(VariableDefinitionCheck.Check([Choice(type, options, item) with { Default = Json.Of(given) }]), one => one.Message.Contains("has a default that", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(VariableType.List, null, """["a","b"]""", "\"B, a\"", """["b","a"]""")]
    [InlineData(VariableType.List, VariableType.String, """["a","b"]""", "[]", "[]")]
    [InlineData(VariableType.String, null, """["Rome","Oslo"]""", "\" oslo\"", "\"Oslo\"")]
    [InlineData(VariableType.String, null, "[1,2]", "2", "\"2\"")]
    [InlineData(VariableType.Number, null, "[0.5,1]", "\"0.50\"", "0.50")]
    [InlineData(VariableType.Integer, null, """["1","2"]""", "2.0", "2")]
    public void One_of_them_is_taken_as_it_is_written_there(VariableType type, VariableType? item, string options, string given, string taken)
    {
        var coerced = VariableCheck.Coerce(Choice(type, options, item), Json.Of(given));
        Assert.Null(coerced.Fault);
        Assert.Equal(taken, JsonSerializer.Serialize(coerced.Value).Replace("\\u0022", "\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(VariableType.List, null, """["a"]""", """{"type":"array","items":{"type":"string","enum":["a"]}}""")]
    [InlineData(VariableType.Enum, null, """["a","b"]""", """{"type":"string","enum":["a","b"]}""")]
    [InlineData(VariableType.Enum, null, "[1,0.5]", """{"type":"number","enum":[1,0.5]}""")]
    [InlineData(VariableType.Enum, null, """["a",1]""", """{"enum":["a",1]}""")]
    [InlineData(VariableType.List, VariableType.Integer, "[1]", """{"type":"array","items":{"type":"integer","enum":[1]}}""")]
    [InlineData(VariableType.String, null, """["a",1]""", """{"type":"string","enum":["a","1"]}""")]
    public void A_tool_tells_them_to_the_model(VariableType type, VariableType? item, string options, string schema) =>
        Assert.Equal(schema, Turnpike.Prompts.Tools.PromptToolSchema.Of(Choice(type, options, item)).ToJsonString());

    [Fact]
    public void The_name_that_is_meant_is_never_another_one_that_nobody_knows()
    {
        var needs = new VariableNeeds([new() { Name = "city" }], ["citty", "cittty"]);
        var faults = Resolving.Inspect(needs).Faults!.Undefined;
        Assert.All(faults, fault => Assert.EndsWith("\"city\"?", fault.Message, StringComparison.Ordinal));
    }
}
