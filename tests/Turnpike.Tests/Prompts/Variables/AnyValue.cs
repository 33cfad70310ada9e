using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class AnyValue
{
    private static readonly string[] Leaves =
    [
        "null", "true", "false", "0", "-0", "1", "5.0", "0.1", "1e3", "1e-30", "1e999", "-1e999", "1e999999999999", "79228162514264337593543950335", "79228162514264337593543950336", "12345678901234567890.5",
        "\"\"", "\" \"", "\"abc\"", "\"yes\"", "\"5\"", "\"1e999\"", "\"NaN\"", "\"-\"", "\"a,b\"", "\",\"", "\"[1\"", "\"[1]\"", "\"{}\"", "\"{\\\"a\\\":\\\"\\\\ud800\\\"}\"", "\"[\\\"\\\\udfff\\\"]\"",
        "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"2026-11-21\"", "\"2026-02-30\"", "\"2026-11-21T10:00:00.1234567890Z\"", "\"9999-12-31T23:59:59-14:00\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"https://x\"", "\"http://[\"", "\"data:\"", "\"data:image/png;base64,AAAA\"", "\"data:,\"", "\"file_1\"", "\"(\"", "\"(?=a)\"", "\"#\"", "\"#/a\"", "\"string\"", "\"integer\"", "\"user\"", "\"text\"",
    ];

    private static readonly string[] Names = ["a", "type", "role", "content", "text", "url", "$ref", "$defs", "properties", "items", "required", "additionalProperties", "enum", "const", "minimum", "multipleOf", "maxLength", "pattern", "format", "minItems", "uniqueItems", "anyOf", "oneOf", "allOf", "not", "\\ud800"];

    private static Gen<string> Value(int depth)
    {
        var leaf = Gen.OneOf(Gen.Elements(Leaves), ArbMap.Default.GeneratorFor<string>().Select(text => JsonSerializer.Serialize(text ?? "")), ArbMap.Default.GeneratorFor<decimal>().Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (depth == 0) return leaf;
        var list = Value(depth - 1).ArrayOf(3).Select(items => $"[{string.Join(',', items)}]");
        var member = Gen.Elements(Names).SelectMany(name => Value(depth - 1).Select(value => $"\"{name}\":{value}"));
        return Gen.Frequency((3, leaf), (1, list), (2, member.ArrayOf(4).Select(members => $"{{{string.Join(',', members)}}}")));
    }

    private static Gen<JsonElement?> Maybe(Gen<string> value) => Gen.Frequency((2, Gen.Constant((JsonElement?)null)), (3, value.Select(json => (JsonElement?)Json.Of(json))), (1, Gen.Constant((JsonElement?)default(JsonElement))));

    private static Gen<T?> Maybe<T>(params T[] values) => Gen.Frequency((1, Gen.Constant(default(T))), (1, Gen.Elements(values).Select(value => (T?)value)));

    private static Gen<VariableDefinition> Definitions =>
        from type in Gen.Elements(Enum.GetValues<VariableType>())
        from itemType in Maybe([.. Enum.GetValues<VariableType>().Select(item => (VariableType?)item)])
        from bounds in Maybe(Value(0)).Two()
        from fallback in Maybe(Value(1))
        from schema in Maybe(Value(3))
        from options in Value(1).Select(Json.Of).ListOf(3)
        from step in Maybe<double?>(0, -1, 0.1, 5, 1e-300, double.NaN, double.PositiveInfinity)
        from lengths in Maybe<int?>(-1, 0, 1, 3, int.MaxValue).Two()
        from pattern in Maybe("(", "a*", "(?=a)", "\\d+", "((a{1000}){1000}){1000}", "\ud800")
        from locked in Maybe("project", "default", "planet")
        from flags in Gen.Elements(false, true).Three()
        select new VariableDefinition
        {
            Name = "v",
            Type = type,
            ItemType = itemType,
            Min = bounds.Item1,
            Max = bounds.Item2,
            Default = fallback,
            Schema = schema,
            Options = options.Count == 0 ? null : [.. options],
            Step = step,
            MinLength = lengths.Item1,
            MaxLength = lengths.Item2,
            Pattern = pattern,
            Locked = locked,
            AllowOther = flags.Item1,
            Secret = flags.Item2,
            Required = flags.Item3,
        };

    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(3000);

    [Fact]
    public void Never_makes_any_definition_throw() =>
        Prop.ForAll((from definition in Definitions from value in Value(3) select (definition, value)).ToArbitrary(), given =>
        {
            var coerced = VariableCheck.Coerce(given.definition, Json.Of(given.value));
            VariableDefinitionCheck.Check([given.definition]);
            return coerced.Fits || coerced.Fault!.Length is > 0 and < 5000;
        }).Check(Often);

    [Fact]
    public void Fits_again_after_it_was_coerced() =>
        Prop.ForAll((from definition in Definitions from value in Value(3) select (definition, value)).ToArbitrary(), given =>
        {
            var once = VariableCheck.Coerce(given.definition, Json.Of(given.value));
            if (!once.Fits) return true;
            var twice = VariableCheck.Coerce(given.definition, once.Value);
            return twice.Fits && twice.Value.GetRawText() == once.Value.GetRawText();
        }).Check(Often);

    [Fact]
    public void Never_makes_any_schema_throw() =>
        Prop.ForAll((from schema in Value(4) from value in Value(3) select (schema, value)).ToArbitrary(), given =>
        {
            JsonSchemaCheck.CheckSchema(Json.Of(given.schema));
            return JsonSchemaCheck.Check(Json.Of(given.schema), Json.Of(given.value)).Count <= 20;
        }).Check(Often);

    [Fact]
    public void Never_makes_resolving_and_explaining_throw() =>
        Prop.ForAll((from definition in Definitions from value in Value(2) from other in Value(2) select (definition, value, other)).ToArbitrary(), given =>
        {
            var resolved = Resolving.Inspect(
                new([given.definition], ["w"]),
                new() { Name = "request", Variables = new Dictionary<string, JsonElement> { ["v"] = Json.Of(given.value), ["w"] = Json.Of(given.other) } },
                new() { Name = "global", Variables = new Dictionary<string, JsonElement> { ["v"] = Json.Of(given.other) } });
            resolved.Faults?.ToException();
            return resolved.Explain().Count == 2;
        }).Check(Often);
}
