using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class Coercion
{
    [Theory]
    [InlineData(VariableType.String, "\"Paris\"", "\"Paris\"")]
    [InlineData(VariableType.String, "\"\"", "\"\"")]
    [InlineData(VariableType.String, "\" a\\nb \"", "\" a\\nb \"")]
    [InlineData(VariableType.String, "1.50", "\"1.50\"")]
    [InlineData(VariableType.Text, "true", "\"true\"")]
    [InlineData(VariableType.Number, "1.50", "1.50")]
    [InlineData(VariableType.Number, "12345678901234567890123456789012345", "12345678901234567890123456789012345")]
    [InlineData(VariableType.Number, "\" -1.5 \"", "-1.5")]
    [InlineData(VariableType.Number, "\"+.5\"", "0.5")]
    [InlineData(VariableType.Number, "\"1e3\"", "1000")]
    [InlineData(VariableType.Number, "\"1e300\"", "1E+300")]
    [InlineData(VariableType.Integer, "7", "7")]
    [InlineData(VariableType.Integer, "7.0", "7")]
    [InlineData(VariableType.Integer, "1e3", "1000")]
    [InlineData(VariableType.Integer, "\"-7\"", "-7")]
    [InlineData(VariableType.Integer, "12345678901234567890", "12345678901234567890")]
    [InlineData(VariableType.Boolean, "true", "true")]
    [InlineData(VariableType.Boolean, "\"YES\"", "true")]
    [InlineData(VariableType.Boolean, "\" on \"", "true")]
    [InlineData(VariableType.Boolean, "1", "true")]
    [InlineData(VariableType.Boolean, "\"False\"", "false")]
    [InlineData(VariableType.Boolean, "\"no\"", "false")]
    [InlineData(VariableType.Boolean, "\"off\"", "false")]
    [InlineData(VariableType.Boolean, "0", "false")]
    [InlineData(VariableType.List, "[1, \"a\"]", "[1, \"a\"]")]
    [InlineData(VariableType.List, "\" [1, 2]\"", "[1,2]")]
    [InlineData(VariableType.List, "\"a, b,,c \"", "[\"a\",\"b\",\"c\"]")]
    [InlineData(VariableType.List, "\"Paris, France\\nRome\\r\\n\"", "[\"Paris, France\",\"Rome\"]")]
    [InlineData(VariableType.List, "\"[draft] note\"", "[\"[draft] note\"]")]
    [InlineData(VariableType.List, "\"\"", "[]")]
    [InlineData(VariableType.List, "5", "[5]")]
    [InlineData(VariableType.List, "{\"a\":1}", "[{\"a\":1}]")]
    [InlineData(VariableType.Object, "{\"a\":1}", "{\"a\":1}")]
    [InlineData(VariableType.Object, "\" {\\\"a\\\":1}\"", "{\"a\":1}")]
    [InlineData(VariableType.Date, "\"2026-11-21\"", "\"2026-11-21\"")]
    [InlineData(VariableType.Date, "\" 2028-02-29 \"", "\"2028-02-29\"")]
    [InlineData(VariableType.Date, "\"2026-11-21T10:00\"", "\"2026-11-21T10:00:00\"")]
    [InlineData(VariableType.Date, "\"2026-11-21t10:00:05.500z\"", "\"2026-11-21T10:00:05.5Z\"")]
    [InlineData(VariableType.Date, "\"2026-11-21T10:00:05+01:00\"", "\"2026-11-21T10:00:05+01:00\"")]
    [InlineData(VariableType.Date, "\"2026-11-21T10:00:05.123456789Z\"", "\"2026-11-21T10:00:05.1234567Z\"")]
    [InlineData(VariableType.Image, "\"https://example.com/a.png\"", "\"https://example.com/a.png\"")]
    [InlineData(VariableType.Image, "\"data:image/png;base64,AAAA\"", "\"data:image/png;base64,AAAA\"")]
    [InlineData(VariableType.Image, "\"DATA:image\\/png;base64,AA+A\"", "\"DATA:image/png;base64,AA+A\"")]
    [InlineData(VariableType.Image, "\" file_3kTf-9_a\"", "\"file_3kTf-9_a\"")]
    [InlineData(VariableType.File, "\"data:text/plain,hello\"", "\"data:text/plain,hello\"")]
    [InlineData(VariableType.File, "\"http://example.com/x.pdf\"", "\"http://example.com/x.pdf\"")]
    [InlineData(VariableType.Messages, "[{\"role\":\"user\",\"content\":\"hi\"}]", "[{\"role\":\"user\",\"content\":\"hi\"}]")]
    [InlineData(VariableType.Messages, "[{\"role\":\"model\",\"content\":\"hi\"},{\"role\":\"developer\",\"content\":\"x\"}]", "[{\"role\":\"assistant\",\"content\":\"hi\"},{\"role\":\"system\",\"content\":\"x\"}]")]
    [InlineData(VariableType.Messages, "\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"hi\\\"}]\"", "[{\"role\":\"user\",\"content\":\"hi\"}]")]
    [InlineData(VariableType.Messages, "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"media\",\"file\":\"file_1\"}]}]", "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"media\",\"file\":\"file_1\"}]}]")]
    [InlineData(VariableType.Any, "[null, {}]", "[null, {}]")]
    public void A_fitting_value_becomes_what_the_type_wants(VariableType type, string given, string expected)
    {
        var coerced = VariableCheck.Coerce(new() { Name = "v", Type = type }, Json.Of(given));
        Assert.Null(coerced.Fault);
        Assert.True(JsonElement.DeepEquals(Json.Of(expected), coerced.Value), coerced.Value.GetRawText());
    }

    [Theory]
    [InlineData(VariableType.String, "[1]", "is a list of 1 item; it must be a text")]
    [InlineData(VariableType.String, "{}", "is an object of 0 members; it must be a text")]
    [InlineData(VariableType.Number, "\"abc\"", "is the text \"abc\"; it must be a number")]
    [InlineData(VariableType.Number, "\"\"", "is the empty text; it must be a number")]
    [InlineData(VariableType.Number, "\"NaN\"", "is the text \"NaN\"; it must be a number")]
    [InlineData(VariableType.Number, "\"1,5\"", "is the text \"1,5\"; it must be a number")]
    [InlineData(VariableType.Number, "1e999", "is the number 1e999; it must be a number")]
    [InlineData(VariableType.Number, "true", "is true; it must be a number")]
    [InlineData(VariableType.Integer, "1.5", "is the number 1.5; it must be a whole number")]
    [InlineData(VariableType.Integer, "1e-30", "is the number 1e-30; it must be a whole number")]
    [InlineData(VariableType.Boolean, "2", "is the number 2; it must be true or false")]
    [InlineData(VariableType.Boolean, "\"maybe\"", "is the text \"maybe\"; it must be true or false")]
    [InlineData(VariableType.Object, "[]", "is a list of 0 items; it must be an object")]
    [InlineData(VariableType.Object, "\"{oops\"", "is the text \"{oops\"; it must be an object")]
    [InlineData(VariableType.Object, "\"{\\\"a\\\":1,\\\"a\\\":2}\"", "is the text \"{\"a\":1,\"a\":2}\"; it must be an object")]
    [InlineData(VariableType.Date, "\"21.11.2026\"", "is the text \"21.11.2026\"; it must be a day (yyyy-MM-dd) or a point in time (ISO 8601)")]
    [InlineData(VariableType.Date, "\"2026-02-29\"", "is the text \"2026-02-29\"; it must be a day (yyyy-MM-dd) or a point in time (ISO 8601)")]
    [InlineData(VariableType.Date, "\"2026-11-21T25:00\"", "is the text \"2026-11-21T25:00\"; it must be a day (yyyy-MM-dd) or a point in time (ISO 8601)")]
    [InlineData(VariableType.Date, "1763700000", "is the number 1763700000; it must be a day (yyyy-MM-dd) or a point in time (ISO 8601)")]
    public void A_value_that_does_not_fit_is_named_with_what_is_expected(VariableType type, string given, string fault) =>
        Assert.Equal(fault, VariableCheck.Coerce(new() { Name = "v", Type = type }, Json.Of(given)).Fault);

    [Theory]
    [InlineData(VariableType.Image, "\"file:///etc/passwd\"")]
    [InlineData(VariableType.Image, "\"ftp://example.com/a.png\"")]
    [InlineData(VariableType.Image, "\"https:///a.png\"")]
    [InlineData(VariableType.Image, "\"data:text/plain;base64,AAAA\"")]
    [InlineData(VariableType.Image, "\"data:image/png;base64,not base64!\"")]
    [InlineData(VariableType.Image, "\"data:image/png;base64,\"")]
    [InlineData(VariableType.Image, "\"file_\"")]
    [InlineData(VariableType.File, "\"file_../../x\"")]
    [InlineData(VariableType.File, "\"data:text/plain\"")]
    [InlineData(VariableType.File, "\"\"")]
    [InlineData(VariableType.File, "5")]
    [InlineData(VariableType.Messages, "\"hello\"")]
    [InlineData(VariableType.Messages, "[\"hello\"]")]
    [InlineData(VariableType.Messages, "[{\"role\":\"tool\",\"content\":\"x\"}]")]
    [InlineData(VariableType.Messages, "[{\"role\":\"user\"}]")]
    [InlineData(VariableType.Messages, "[{\"role\":\"user\",\"content\":[{\"type\":\"video\"}]}]")]
    [InlineData(VariableType.Messages, "[{\"role\":\"user\",\"content\":\"x\",\"extra\":1}]")]
    [InlineData(VariableType.Messages, "[{\"role\":\"user\",\"content\":[{\"type\":\"media\",\"url\":\"a\",\"file\":\"b\"}]}]")]
    public void Media_and_messages_of_another_form_are_refused(VariableType type, string given) =>
        Assert.NotNull(VariableCheck.Coerce(new() { Name = "v", Type = type }, Json.Of(given)).Fault);

    [Theory]
    [InlineData("\"red\"", "\"red\"")]
    [InlineData("\"RED\"", "\"red\"")]
    [InlineData("\"Red \"", "\"red\"")]
    [InlineData("\"5\"", "5")]
    [InlineData("5.0", "5")]
    [InlineData("true", "\"true\"")]
    public void An_enum_takes_the_option_itself_or_one_that_reads_the_same(string given, string expected)
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.Enum, Options = Json.List("\"red\"", "5", "\"true\"") };
        Assert.Equal(expected, VariableCheck.Coerce(definition, Json.Of(given)).Value.GetRawText());
    }

    [Fact]
    public void An_option_with_the_same_case_goes_before_one_without()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.Enum, Options = Json.List("\"A\"", "\"a\"") };
        Assert.Equal("\"a\"", VariableCheck.Coerce(definition, Json.Of("\"a\"")).Value.GetRawText());
    }

    [Fact]
    public void An_enum_refuses_others_unless_they_are_allowed()
    {
        var strict = new VariableDefinition { Name = "v", Type = VariableType.Enum, Options = Json.List("\"red\"", "5") };
        Assert.Equal("is the text \"blue\"; it must be one of \"red\", 5", VariableCheck.Coerce(strict, Json.Of("\"blue\"")).Fault);
        Assert.Null(VariableCheck.Coerce(strict with { AllowOther = true }, Json.Of("\"blue\"")).Fault);
        Assert.NotNull(VariableCheck.Coerce(strict with { AllowOther = true, MaxLength = 3 }, Json.Of("\"blue\"")).Fault);
        Assert.NotNull(VariableCheck.Coerce(strict with { AllowOther = true }, Json.Of("{}")).Fault);
    }

    [Fact]
    public void A_toggle_takes_its_labels_off_first()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.Boolean, Options = Json.List("\"Brief\"", "\"In depth\"") };
        Assert.Equal("true", VariableCheck.Coerce(definition, Json.Of("\"in depth\"")).Value.GetRawText());
        Assert.Equal("false", VariableCheck.Coerce(definition, Json.Of("\"Brief\"")).Value.GetRawText());
        Assert.Equal("is the text \"medium\"; it must be true or false (\"In depth\" or \"Brief\")", VariableCheck.Coerce(definition, Json.Of("\"medium\"")).Fault);
    }

    [Fact]
    public void The_items_of_a_list_are_coerced_one_by_one()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.List, ItemType = VariableType.Integer };
        Assert.Equal("[1,2,3]", VariableCheck.Coerce(definition, Json.Of("\"1, 2, 3\"")).Value.GetRawText());
        Assert.Equal("has an item 2 that is the text \"x\"; it must be a whole number", VariableCheck.Coerce(definition, Json.Of("[1, \"x\"]")).Fault);
        Assert.NotNull(VariableCheck.Coerce(definition, Json.Of("[null]")).Fault);
    }

    [Fact]
    public void Null_is_not_set_and_fits_every_type() =>
        Assert.All(Enum.GetValues<VariableType>(), type => Assert.Equal((JsonValueKind.Null, null), (VariableCheck.Coerce(new() { Name = "v", Type = type }, Json.Of("null")).Value.ValueKind, VariableCheck.Coerce(new() { Name = "v", Type = type }, default).Fault)));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("[\"\\uDC00 x\"]")]
    [InlineData("{\"\\ud800\": 1}")]
    public void Half_a_character_is_refused_in_every_type(string given) =>
        Assert.All(Enum.GetValues<VariableType>(), type => Assert.Contains("not valid Unicode", VariableCheck.Coerce(new() { Name = "v", Type = type }, Json.Of(given)).Fault, StringComparison.Ordinal));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused() =>
        Assert.Contains("not valid Unicode", VariableCheck.Coerce(new() { Name = "v" }, JsonElement.Parse([34, 0xff, 34])).Fault, StringComparison.Ordinal);

    [Fact]
    public void A_whole_character_written_as_two_escapes_fits() =>
        Assert.Equal("😀", VariableCheck.Coerce(new() { Name = "v" }, Json.Of("\"\\ud83d\\ude00\"")).Value.GetString());

    [Fact]
    public void A_long_value_is_shortened_in_the_fault()
    {
        var fault = VariableCheck.Coerce(new() { Name = "v", MaxLength = 50 }, Json.Of($"\"{new string('x', 5000)}\"")).Fault;
        Assert.Equal($"is the text \"{new string('x', 40)}…\" of 5000 characters; it must be a text of at most 50 characters", fault);
    }

    [Fact]
    public void A_secret_does_not_stand_in_its_fault()
    {
        var schema = Json.Of("""{"properties": {"key": {"type": "number"}}}""");
        Assert.All(
            (VariableDefinition[])[
                new() { Name = "v", Secret = true, Type = VariableType.Number },
                new() { Name = "v", Secret = true, MaxLength = 3 },
                new() { Name = "v", Secret = true, Type = VariableType.Enum, Options = Json.List("1") },
                new() { Name = "v", Secret = true, Type = VariableType.Date },
                new() { Name = "v", Secret = true, Type = VariableType.List, ItemType = VariableType.Boolean },
                new() { Name = "v", Secret = true, Type = VariableType.Messages },
            ],
            definition => Assert.DoesNotContain("hunter2", VariableCheck.Coerce(definition, Json.Of("\"hunter2\"")).Fault!, StringComparison.Ordinal));
        var nested = VariableCheck.Coerce(new() { Name = "v", Secret = true, Type = VariableType.Object, Schema = schema }, Json.Of("""{"key": "hunter2"}""")).Fault!;
        Assert.DoesNotContain("hunter2", nested, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", VariableCheck.Coerce(new() { Name = "v", Secret = true, Type = VariableType.Boolean }, Json.Of("4711")).Fault!, StringComparison.Ordinal);
    }
}
