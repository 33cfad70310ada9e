using System.Diagnostics;
using System.Text.RegularExpressions;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class Constraints
{
    private static readonly VariableDefinition OneToFive = new() { Name = "v", Type = VariableType.Integer, Min = Json.Of("1"), Max = Json.Of("5") };

    [Theory]
    [InlineData("1", true)]
    [InlineData("5", true)]
    [InlineData("\"3\"", true)]
    [InlineData("0", false)]
    [InlineData("6", false)]
    [InlineData("5.1", false)]
    public void Numbers_stay_between_min_and_max(string given, bool fits) => Assert.Equal(fits, VariableCheck.Coerce(OneToFive, Json.Of(given)).Fits);

    [Fact]
    public void A_fault_tells_the_whole_expectation() =>
        Assert.Equal("is the text \"abc\"; it must be a whole number from 1 to 5", VariableCheck.Coerce(OneToFive, Json.Of("\"abc\"")).Fault);

    [Theory]
    [InlineData("0.1", true)]
    [InlineData("0.3", true)]
    [InlineData("100000.7", true)]
    [InlineData("0.35", false)]
    public void Steps_are_exact_for_decimal_fractions(string given, bool fits) =>
        Assert.Equal(fits, VariableCheck.Coerce(new() { Name = "v", Type = VariableType.Number, Step = 0.1 }, Json.Of(given)).Fits);

    [Fact]
    public void Steps_are_counted_from_min()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.Integer, Min = Json.Of("1"), Step = 5 };
        Assert.True(VariableCheck.Coerce(definition, Json.Of("11")).Fits);
        Assert.Equal("is the number 10; it must be a whole number of at least 1 in steps of 5", VariableCheck.Coerce(definition, Json.Of("10")).Fault);
    }

    [Fact]
    public void Large_whole_numbers_are_compared_digit_by_digit()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.Integer, Max = Json.Of("9007199254740992") };
        Assert.True(VariableCheck.Coerce(definition, Json.Of("9007199254740992")).Fits);
        Assert.False(VariableCheck.Coerce(definition, Json.Of("9007199254740993")).Fits);
    }

    [Theory]
    [InlineData("\"a\"", false)]
    [InlineData("\"ab\"", true)]
    [InlineData("\"😀\"", true)]
    [InlineData("\"abcd\"", true)]
    [InlineData("\"abcde\"", false)]
    public void Lengths_of_texts_count_UTF16_units(string given, bool fits) =>
        Assert.Equal(fits, VariableCheck.Coerce(new() { Name = "v", MinLength = 2, MaxLength = 4 }, Json.Of(given)).Fits);

    [Theory]
    [InlineData("\"a\"", false)]
    [InlineData("\"a,b\"", true)]
    [InlineData("[1,2,3]", true)]
    [InlineData("[1,2,3,4]", false)]
    public void Lengths_of_lists_count_items_and_not_the_letters_of_items(string given, bool fits) =>
        Assert.Equal(fits, VariableCheck.Coerce(new() { Name = "v", Type = VariableType.List, ItemType = VariableType.String, MinLength = 2, MaxLength = 3 }, Json.Of(given)).Fits);

    [Theory]
    [InlineData("[1, 5]", true)]
    [InlineData("[1, 6]", false)]
    public void Bounds_of_a_list_of_numbers_hold_for_each_item(string given, bool fits) =>
        Assert.Equal(fits, VariableCheck.Coerce(OneToFive with { Type = VariableType.List, ItemType = VariableType.Integer }, Json.Of(given)).Fits);

    [Theory]
    [InlineData("ab|abc", "\"abc\"", true)]
    [InlineData("ab|abc", "\"abcd\"", false)]
    [InlineData("[A-Z]{2}-\\d+", "\"AB-12\"", true)]
    [InlineData("[A-Z]{2}-\\d+", "\"xAB-12\"", false)]
    [InlineData("a", "\"a\\n\"", false)]
    public void A_pattern_matches_the_whole_text(string pattern, string given, bool fits) =>
        Assert.Equal(fits, VariableCheck.Coerce(new() { Name = "v", Pattern = pattern }, Json.Of(given)).Fits);

    [Theory]
    [InlineData("(")]
    [InlineData("a)(b")]
    [InlineData("(?=a)a")]
    [InlineData("(a)\\1")]
    [InlineData("((a{1000}){1000}){1000}")]
    public void A_pattern_that_cannot_be_used_is_a_fault_of_the_definition(string pattern)
    {
        var definition = new VariableDefinition { Name = "v", Pattern = pattern };
        Assert.Contains("correct the variable's definition", VariableCheck.Coerce(definition, Json.Of("\"a\"")).Fault, StringComparison.Ordinal);
        Assert.Contains("pattern", Assert.Single(VariableDefinitionCheck.Check([definition])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_made_to_be_slow_ends_in_time()
    {
        var clock = Stopwatch.StartNew();
        var given = Json.Of($"\"{new string('a', 200_000)}!\"");
        Assert.False(VariableCheck.Coerce(new() { Name = "v", Pattern = "(a+)+" }, given).Fits);
        Assert.False(VariableCheck.Coerce(new() { Name = "v", Pattern = string.Concat(Enumerable.Repeat(@"(\w*a)", 140)) }, given).Fits);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_pattern_whose_time_runs_out_never_matches()
    {
        var text = new string('a', 200_000) + "!";
        for (var i = 0; i < 400; i++) Assert.NotEqual(true, new CachedPattern(new(@"\A(?:(a+)+)\z", RegexOptions.NonBacktracking, TimeSpan.FromTicks(1000 + (100 * i))), null).Matches(text));
    }

    [Theory]
    [InlineData("\"2026-01-01\"", true)]
    [InlineData("\"2026-12-31\"", true)]
    [InlineData("\"2026-12-31T23:59:59Z\"", true)]
    [InlineData("\"2025-12-31\"", false)]
    [InlineData("\"2027-01-01\"", false)]
    [InlineData("\"2027-01-01T00:00Z\"", false)]
    public void Dates_stay_between_min_and_max_with_the_last_day_whole(string given, bool fits) =>
        Assert.Equal(fits, VariableCheck.Coerce(new() { Name = "v", Type = VariableType.Date, Min = Json.Of("\"2026-01-01\""), Max = Json.Of("\"2026-12-31\"") }, Json.Of(given)).Fits);

    [Fact]
    public void Points_in_time_are_compared_as_instants()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.Date, Max = Json.Of("\"2026-01-01T12:00:00Z\"") };
        Assert.True(VariableCheck.Coerce(definition, Json.Of("\"2026-01-01T13:00:00+01:00\"")).Fits);
        Assert.False(VariableCheck.Coerce(definition, Json.Of("\"2026-01-01T13:00:00Z\"")).Fits);
    }

    [Fact]
    public void An_object_fits_its_schema_or_the_place_is_named()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.Object, Schema = Json.Of("""{"properties": {"price": {"type": "number"}}, "required": ["price"]}""") };
        Assert.True(VariableCheck.Coerce(definition, Json.Of("""{"price": 1}""")).Fits);
        Assert.Equal("does not fit its schema: \"/price\" is the text \"x\"; it must be a number", VariableCheck.Coerce(definition, Json.Of("""{"price": "x"}""")).Fault);
        Assert.Equal("does not fit its schema: it is an object of 0 members; it must have the member \"price\"", VariableCheck.Coerce(definition, Json.Of("\"{}\"")).Fault);
    }

    [Fact]
    public void The_schema_of_a_list_is_for_its_items()
    {
        var definition = new VariableDefinition { Name = "v", Type = VariableType.List, Schema = Json.Of("""{"type": "number"}""") };
        Assert.True(VariableCheck.Coerce(definition, Json.Of("[1, 2]")).Fits);
        Assert.StartsWith("has an item 2 that does not fit its schema", VariableCheck.Coerce(definition, Json.Of("[1, true]")).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Definitions_with_faults_are_all_named()
    {
        VariableDefinition[] definitions =
        [
            new() { Name = "1st" },
            new() { Name = "a" },
            new() { Name = "a" },
            new() { Name = "b", Type = VariableType.Number, Min = Json.Of("9"), Max = Json.Of("1") },
            new() { Name = "c", Type = VariableType.Date, Min = Json.Of("\"soon\"") },
            new() { Name = "d", Type = VariableType.Enum },
            new() { Name = "e", Type = VariableType.Integer, Default = Json.Of("\"many\"") },
            new() { Name = "f", Locked = "planet" },
            new() { Name = "g", Input = "knob" },
            new() { Name = "h", MinLength = 3, MaxLength = 2 },
            new() { Name = "i", Type = VariableType.Number, Step = 0 },
            new() { Name = "j", ItemType = VariableType.Number },
            new() { Name = "k", Type = VariableType.Object, Schema = Json.Of("""{"$ref": "https://example.com/s.json"}""") },
            new() { Name = "l", Min = Json.Of("1") },
            new() { Name = null! },
        ];
        Assert.Equal(["1st", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", ""], VariableDefinitionCheck.Check(definitions).Select(fault => fault.Name).Distinct());
    }

    [Fact]
    public void A_sound_definition_has_no_fault() =>
        Assert.Empty(VariableDefinitionCheck.Check([OneToFive with { Default = Json.Of("3"), Step = 2, Locked = "project", Input = "slider" }]));
}
