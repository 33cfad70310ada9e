using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Tests.Prompts.Files;

public sealed class PicoschemaReading
{
    [Theory]
    [InlineData("a: string", """{"a":{"type":"string"}}""", "a")]
    [InlineData("a: string, what, it is", """{"a":{"type":"string","description":"what, it is"}}""", "a")]
    [InlineData("a?: integer", """{"a":{"type":["integer","null"]}}""", "")]
    [InlineData("a: any, anything", """{"a":{"description":"anything"}}""", "a")]
    [InlineData("a?: any", """{"a":{}}""", "")]
    [InlineData("a(array, many): string, one", """{"a":{"type":"array","items":{"type":"string","description":"one"},"description":"many"}}""", "a")]
    [InlineData("a?(array): { b: number }", """{"a":{"type":["array","null"],"items":{"type":"object","properties":{"b":{"type":"number"}},"required":["b"],"additionalProperties":false}}}""", "")]
    [InlineData("a(enum): [x, 1]", """{"a":{"enum":["x",1]}}""", "a")]
    [InlineData("a?(enum, which): [x]", """{"a":{"enum":["x",null],"description":"which"}}""", "")]
    [InlineData("a: { b?: string }", """{"a":{"type":"object","properties":{"b":{"type":["string","null"]}},"additionalProperties":false}}""", "a")]
    [InlineData("a?(object, it): { type: string }", """{"a":{"type":["object","null"],"properties":{"type":{"type":"string"}},"required":["type"],"additionalProperties":false,"description":"it"}}""", "")]
    [InlineData("a: Trip", """{"a":{"type":"object","title":"trip"}}""", "a")]
    [InlineData("a?: Trip, where to", """{"a":{"type":["object","null"],"title":"trip","description":"where to"}}""", "")]
    [InlineData("\"a(enum, see (this))\": [x]", """{"a":{"enum":["x"],"description":"see (this)"}}""", "a")]
    public void Fields_become_json_schema(string yaml, string properties, string required)
    {
        var schema = Output(yaml);
        Assert.Equal(JsonNode.Parse(properties)!.ToJsonString(), JsonNode.Parse(schema.GetProperty("properties").GetRawText())!.ToJsonString());
        Assert.Equal(required, schema.TryGetProperty("required", out var names) ? string.Join(',', names.EnumerateArray()) : "");
    }

    [Fact]
    public void Other_properties_have_a_schema_too()
    {
        Assert.Equal("""{"type":"number"}""", Output("(*): number").GetProperty("additionalProperties").GetRawText());
        Assert.Equal(JsonValueKind.False, Output("a: string").GetProperty("additionalProperties").ValueKind);
    }

    [Fact]
    public void Json_schema_stays_as_it_is()
    {
        Assert.Equal("""{"type":"array","items":{"type":"string"}}""", Output("type: array\nitems: { type: string }").GetRawText());
        Assert.Equal("""{"properties":{"a":{"type":"string"}},"type":"object"}""", Output("properties: { a: { type: string } }").GetRawText());
    }

    [Fact]
    public void A_schema_that_nobody_has_is_told_with_its_line_and_what_to_write()
    {
        var refused = Assert.Throws<TurnException>(() => Output("a: string\nb: Person"));
        Assert.StartsWith("Line 5, column ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("\"output.schema.b\" has the type \"Person\", which is none of string, number, integer, boolean, null, any, and no schema is registered under that name. A file of another program may name schemas that stand in its code: write the fields here in place of the name.", refused.Message, StringComparison.Ordinal);
    }

    private static JsonElement Output(string yaml) => PromptFile.Read(
        $"---\noutput:\n  schema:\n    {yaml.Replace("\n", "\n    ", StringComparison.Ordinal)}\n---\nb",
        new() { Schemas = name => name == "Trip" ? new() { ["type"] = "object", ["title"] = "trip" } : null }).Prompt.Output!.Schema!.Value;
}
