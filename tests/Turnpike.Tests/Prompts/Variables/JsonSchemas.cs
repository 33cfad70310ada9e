using System.Diagnostics;
using Turnpike.Prompts.Variables;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class JsonSchemas
{
    [Theory]
    [InlineData("true", "1", true)]
    [InlineData("false", "1", false)]
    [InlineData("{}", "null", true)]
    [InlineData("""{"type": "string"}""", "\"a\"", true)]
    [InlineData("""{"type": "string"}""", "1", false)]
    [InlineData("""{"type": ["string", "null"]}""", "null", true)]
    [InlineData("""{"type": ["string", "null"]}""", "true", false)]
    [InlineData("""{"type": "integer"}""", "2.0", true)]
    [InlineData("""{"type": "integer"}""", "2.5", false)]
    [InlineData("""{"type": "boolean"}""", "false", true)]
    [InlineData("""{"type": "array"}""", "{}", false)]
    [InlineData("""{"type": "object"}""", "{}", true)]
    [InlineData("""{"properties": {"a": {"type": "number"}}}""", """{"a": 1, "b": "x"}""", true)]
    [InlineData("""{"properties": {"a": {"type": "number"}}}""", """{"a": "x"}""", false)]
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": false}""", """{"a": 1}""", true)]
    [InlineData("""{"properties": {"a": {}}, "additionalProperties": false}""", """{"b": 1}""", false)]
    [InlineData("""{"additionalProperties": {"type": "number"}}""", """{"b": "x"}""", false)]
    [InlineData("""{"required": ["a"]}""", "{}", false)]
    [InlineData("""{"required": ["a"]}""", """{"a": null}""", true)]
    [InlineData("""{"items": {"type": "number"}}""", "[1, 2]", true)]
    [InlineData("""{"items": {"type": "number"}}""", "[1, \"x\"]", false)]
    [InlineData("""{"enum": [1, "a", null, {"x": [1]}]}""", """{"x": [1.0]}""", true)]
    [InlineData("""{"enum": [1, "a"]}""", "2", false)]
    [InlineData("""{"const": {"a": 1, "b": 2}}""", """{"b": 2, "a": 1}""", true)]
    [InlineData("""{"const": 1e999}""", "1e998", false)]
    [InlineData("""{"minimum": 1, "maximum": 3}""", "3", true)]
    [InlineData("""{"minimum": 1}""", "0.9", false)]
    [InlineData("""{"maximum": 3}""", "3.1", false)]
    [InlineData("""{"exclusiveMinimum": 1}""", "1", false)]
    [InlineData("""{"exclusiveMaximum": 3}""", "3", false)]
    [InlineData("""{"exclusiveMaximum": 3}""", "2.9", true)]
    [InlineData("""{"multipleOf": 0.01}""", "19.99", true)]
    [InlineData("""{"multipleOf": 0.01}""", "19.995", false)]
    [InlineData("""{"minLength": 2, "maxLength": 2}""", "\"é😀\"", true)]
    [InlineData("""{"minLength": 2}""", "\"😀\"", false)]
    [InlineData("""{"maxLength": 1}""", "\"ab\"", false)]
    [InlineData("""{"pattern": "b+"}""", "\"abc\"", true)]
    [InlineData("""{"pattern": "^b"}""", "\"abc\"", false)]
    [InlineData("""{"minItems": 1, "maxItems": 2}""", "[1]", true)]
    [InlineData("""{"minItems": 1}""", "[]", false)]
    [InlineData("""{"maxItems": 2}""", "[1, 2, 3]", false)]
    [InlineData("""{"uniqueItems": true}""", """[1, "1", {"a": 1}, {"a": 2}]""", true)]
    [InlineData("""{"uniqueItems": true}""", "[1, 2, 1.0]", false)]
    [InlineData("""{"minProperties": 1}""", "{}", false)]
    [InlineData("""{"maxProperties": 1}""", """{"a": 1, "b": 2}""", false)]
    [InlineData("""{"anyOf": [{"type": "string"}, {"minimum": 5}]}""", "7", true)]
    [InlineData("""{"anyOf": [{"type": "string"}, {"minimum": 5}]}""", "3", false)]
    [InlineData("""{"oneOf": [{"multipleOf": 2}, {"multipleOf": 3}]}""", "4", true)]
    [InlineData("""{"oneOf": [{"multipleOf": 2}, {"multipleOf": 3}]}""", "6", false)]
    [InlineData("""{"oneOf": [{"multipleOf": 2}, {"multipleOf": 3}]}""", "5", false)]
    [InlineData("""{"allOf": [{"minimum": 1}, {"maximum": 3}]}""", "2", true)]
    [InlineData("""{"allOf": [{"minimum": 1}, {"maximum": 3}]}""", "4", false)]
    [InlineData("""{"not": {"type": "string"}}""", "1", true)]
    [InlineData("""{"not": {"type": "string"}}""", "\"x\"", false)]
    [InlineData("""{"$defs": {"n": {"type": "number"}}, "items": {"$ref": "#/$defs/n"}}""", "[1]", true)]
    [InlineData("""{"$defs": {"n": {"type": "number"}}, "items": {"$ref": "#/$defs/n"}}""", "[\"x\"]", false)]
    [InlineData("""{"$defs": {"a/b~c d": {"type": "number"}}, "$ref": "#/$defs/a~1b~0c%20d"}""", "1", true)]
    [InlineData("""{"properties": {"next": {"$ref": "#"}}, "required": ["id"]}""", """{"id": 1, "next": {"id": 2}}""", true)]
    [InlineData("""{"properties": {"next": {"$ref": "#"}}, "required": ["id"]}""", """{"id": 1, "next": {}}""", false)]
    [InlineData("""{"format": "date"}""", "\"2026-11-21\"", true)]
    [InlineData("""{"format": "date"}""", "\"21.11.2026\"", false)]
    [InlineData("""{"format": "date-time"}""", "\"2026-11-21T10:00:00Z\"", true)]
    [InlineData("""{"format": "date-time"}""", "\"2026-11-21T10:00:00\"", false)]
    [InlineData("""{"format": "email"}""", "\"a@b.example\"", true)]
    [InlineData("""{"format": "email"}""", "\"a b@c\"", false)]
    [InlineData("""{"format": "uri"}""", "\"https://example.com/x\"", true)]
    [InlineData("""{"format": "uri"}""", "\"/x\"", false)]
    [InlineData("""{"format": "color"}""", "\"x\"", true)]
    [InlineData("""{"minimum": 5, "minLength": 9, "minItems": 9}""", "null", true)]
    [InlineData("""{"minimum": "x", "type": 5, "required": 1, "properties": [], "anyOf": {}}""", "1", true)]
    public void A_value_fits_a_schema_or_not(string schema, string value, bool fits) =>
        Assert.Equal(fits, JsonSchemaCheck.Check(Json.Of(schema), Json.Of(value)).Count == 0);

    [Fact]
    public void Faults_name_their_places_and_what_is_expected()
    {
        var schema = Json.Of("""{"properties": {"a/b": {"items": {"type": "number", "minimum": 2}}, "c~": {"additionalProperties": false}}, "required": ["d", "e"]}""");
        var faults = JsonSchemaCheck.Check(schema, Json.Of("""{"a/b": [3, "x", 1], "c~": {"f": 1}}"""));
        Assert.Equal(
            [
                new("/a~1b/1", "is the text \"x\"; it must be a number"),
                new("/a~1b/2", "is the number 1; it must be at least 2"),
                new("/c~0/f", "is not allowed here"),
                new("", "is an object of 2 members; it must have the members \"d\", \"e\""),
            ],
            faults);
    }

    [Fact]
    public void At_most_twenty_faults_are_named() =>
        Assert.Equal(20, JsonSchemaCheck.Check(Json.Of("""{"items": false}"""), Json.Of($"[{string.Join(',', Enumerable.Range(0, 100))}]")).Count);

    [Theory]
    [InlineData("https://example.com/schema.json")]
    [InlineData("other.json#/a")]
    [InlineData("#/$defs/missing")]
    [InlineData("#anchor")]
    [InlineData("")]
    public void A_reference_out_of_the_schema_is_refused_and_never_loaded(string reference)
    {
        var schema = Json.Of($$$"""{"not": {"$ref": "{{{reference}}}"}}""");
        Assert.Contains("cannot be checked", Assert.Single(JsonSchemaCheck.Check(schema, Json.Of("1"))).Message, StringComparison.Ordinal);
        Assert.Equal("/not/$ref", Assert.Single(JsonSchemaCheck.CheckSchema(schema)).Path);
    }

    [Theory]
    [InlineData("""{"$ref": "#"}""")]
    [InlineData("""{"not": {"$ref": "#"}}""")]
    [InlineData("""{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}""")]
    [InlineData("""{"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}""")]
    public void A_reference_to_itself_ends(string schema) =>
        Assert.Contains("cannot be checked", Assert.Single(JsonSchemaCheck.Check(Json.Of(schema), Json.Of("1"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"not": {"pattern": "("}}""")]
    [InlineData("""{"not": {"pattern": "(?=b)"}}""")]
    public void A_pattern_that_cannot_be_used_never_counts_as_fitting(string schema) =>
        Assert.Contains("cannot be checked", Assert.Single(JsonSchemaCheck.Check(Json.Of(schema), Json.Of("\"a\""))).Message, StringComparison.Ordinal);

    [Fact]
    public void Work_is_bounded()
    {
        var levels = string.Join(',', Enumerable.Range(0, 40).Select(level => $$$"""
            "l{{{level}}}": {"allOf": [{"$ref": "#/$defs/l{{{level + 1}}}"}, {"$ref": "#/$defs/l{{{level + 1}}}"}]}
            """));
        var schema = Json.Of($$$"""{"$ref": "#/$defs/l0", "$defs": { {{{levels}}}, "l40": {} }}""");
        var clock = Stopwatch.StartNew();
        Assert.Contains("steps", Assert.Single(JsonSchemaCheck.Check(schema, Json.Of("1"))).Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("""{"maxLength": 1}""", "steps")]
    [InlineData("""{"format": "uri", "maxLength": 1}""", "steps")]
    [InlineData("""{"pattern": "(a|b)*c(a|b){200}d"}""", "steps|patterns|takes too long")]
    public void Reading_one_text_again_and_again_is_counted(string schema, string told)
    {
        var (read, value) = (Json.Of($$"""{"anyOf": [{{string.Join(',', Enumerable.Repeat(schema, 9_000))}}]}"""), Json.Of($"\"{new string('a', 1_000_000)}\""));
        var clock = Stopwatch.StartNew();
        Assert.Matches(told, Assert.Single(JsonSchemaCheck.Check(read, value)).Message);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_long_text_is_held_against_all_that_a_schema_asks_of_it() =>
        Assert.Empty(JsonSchemaCheck.Check(Json.Of("""{"minLength": 1, "maxLength": 20000000, "pattern": "^a", "allOf": [{"minLength": 2}, {"pattern": "a$"}]}"""), Json.Of($"\"{new string('a', 16_000_000)}\"")));

    [Theory]
    [InlineData("""{"properties": {PROPERTIES}}""", false)]
    [InlineData("""{"properties": {PROPERTIES}, "additionalProperties": true}""", true)]
    [InlineData("""{"required": [NAMES]}""", false)]
    [InlineData("""{"type": "object", "properties": {"all": {"items": {"properties": {PROPERTIES}, "additionalProperties": {"type": "integer"}}}}}""", false)]
    public void Many_members_are_quickly_held_against_many_properties(string schema, bool isNarrow)
    {
        var (names, members) = (Enumerable.Range(0, 9_000).Select(index => $"\"absent{index}\""), string.Join(',', Enumerable.Range(0, isNarrow ? 20_000 : 200_000).Select(index => $"\"m{index}\":1")));
        var (read, value) = (Json.Of(schema.Replace("PROPERTIES", string.Join(',', names.Select(name => name + ":{}")), StringComparison.Ordinal).Replace("NAMES", string.Join(',', names), StringComparison.Ordinal)), Json.Of($"{{{members},\"all\":[{string.Join(',', Enumerable.Repeat("{\"a\":1}", 90_000))}]}}"));
        var clock = Stopwatch.StartNew();
        var found = JsonSchemaCheck.Check(read, value);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.All(found, fault => Assert.Matches("steps|have the members", fault.Message));
    }

    [Fact]
    public void Of_many_members_the_last_of_a_name_counts_as_of_few()
    {
        var properties = string.Join(',', Enumerable.Range(0, 50).Select(index => $"\"p{index}\":{{\"type\":\"string\"}}"));
        var members = string.Join(',', Enumerable.Range(0, 50).Select(index => $"\"p{index}\":{(index is 7 or 9 ? "1" : "\"x\"")}"));
        var found = JsonSchemaCheck.Check(Json.Of($"{{\"properties\":{{{properties}}},\"additionalProperties\":false,\"required\":[\"p1\",\"q\"]}}"), Json.Of($"{{{members},\"p9\":\"x\"}}"));
        Assert.Equal(["", "/p7"], found.Select(fault => fault.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Many_different_items_are_quickly_found_unique()
    {
        var clock = Stopwatch.StartNew();
        var items = string.Join(',', Enumerable.Range(0, 50_000).Select(index => $"[0,{{\"a\":{index}}}]"));
        Assert.Empty(JsonSchemaCheck.Check(Json.Of("""{"uniqueItems": true}"""), Json.Of($"[{items}]")));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("""{"type": "strin"}""", "/type")]
    [InlineData("""{"type": []}""", "/type")]
    [InlineData("""{"properties": {"a": 5}}""", "/properties/a")]
    [InlineData("""{"properties": []}""", "/properties")]
    [InlineData("""{"anyOf": []}""", "/anyOf")]
    [InlineData("""{"minimum": "1"}""", "/minimum")]
    [InlineData("""{"multipleOf": 0}""", "/multipleOf")]
    [InlineData("""{"minLength": -1}""", "/minLength")]
    [InlineData("""{"pattern": "("}""", "/pattern")]
    [InlineData("""{"pattern": "(?=a)"}""", "/pattern")]
    [InlineData("""{"required": "a"}""", "/required")]
    [InlineData("""{"if": {}}""", "/if")]
    [InlineData("""{"patternProperties": {}}""", "/patternProperties")]
    [InlineData("""{"items": {"contains": {}}}""", "/items/contains")]
    [InlineData("5", "")]
    public void What_of_a_schema_cannot_be_used_is_named(string schema, string path) =>
        Assert.Equal(path, Assert.Single(JsonSchemaCheck.CheckSchema(Json.Of(schema))).Path);

    [Fact]
    public void A_sound_schema_has_no_fault() =>
        Assert.Empty(JsonSchemaCheck.CheckSchema(Json.Of("""{"$schema": "x", "title": "T", "type": ["object"], "properties": {"type": {"type": "string", "description": "d", "default": 1}}, "$defs": {"if": true}, "x-own": 1}""")));
}
