using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using static Turnpike.Tests.Prompts.Variables.Resolving;

namespace Turnpike.Tests.Prompts.Variables;

public sealed class FaultsAtOnce
{
    private static readonly VariableDefinition City = new() { Name = "city", Required = true };
    private static readonly VariableDefinition Tone = new() { Name = "tone", Required = true, Type = VariableType.Enum, Options = Json.List("\"warm\"", "\"brief\"") };
    private static readonly VariableDefinition Count = new() { Name = "count", Type = VariableType.Integer, Min = Json.Of("1"), Max = Json.Of("5") };

    [Fact]
    public void All_missing_variables_are_named()
    {
        var exception = Assert.Throws<TurnException>(() => Resolve(new([City, Count, Tone], [])));
        Assert.Equal(TurnErrorCode.VariableMissing, exception.Code);
        Assert.Equal(["city", "tone"], exception.Variables.Select(fault => fault.Name));
        Assert.Equal("\"city\" is required and has no value; it must be a text. \"tone\" is required and has no value; it must be one of \"warm\", \"brief\".", exception.Message);
    }

    [Fact]
    public void All_invalid_values_are_named_with_the_layer_they_come_from()
    {
        var exception = Assert.Throws<TurnException>(() => Resolve(new([Count, Tone], []), Layer("request", """{"count": "abc"}"""), Layer("project:docs", """{"tone": "loud"}""")));
        Assert.Equal(TurnErrorCode.VariableInvalid, exception.Code);
        Assert.Equal(["count", "tone"], exception.Variables.Select(fault => fault.Name));
        Assert.Equal("\"count\" is the text \"abc\"; it must be a whole number from 1 to 5. \"tone\" is the text \"loud\"; it must be one of \"warm\", \"brief\". It is set by the project \"docs\".", exception.Message);
    }

    [Fact]
    public void All_undefined_names_of_template_and_request_are_named_with_the_nearest()
    {
        var exception = Assert.Throws<TurnException>(() => Resolve(new([City with { Required = false }], ["cty", "weekdy"]), Layer("request", """{"citty": 1, "zzz": 1}""")));
        Assert.Equal(TurnErrorCode.VariableUndefined, exception.Code);
        Assert.Equal(["cty", "weekdy", "citty", "zzz"], exception.Variables.Select(fault => fault.Name));
        Assert.Contains("\"cty\" is used by the template, but neither the prompt declares it nor a layer has it. Did you mean \"city\"?", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"weekday\"?", exception.Message, StringComparison.Ordinal);
        Assert.Contains("\"citty\" is given with this turn's request, but the prompt neither declares nor uses it. Did you mean \"city\"?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_code_is_that_of_the_first_kind_and_message_and_list_tell_all_kinds()
    {
        var exception = Assert.Throws<TurnException>(() => Resolve(new([City, Count], []), Layer("request", """{"citty": "Paris", "count": 9}""")));
        Assert.Equal(TurnErrorCode.VariableMissing, exception.Code);
        Assert.Equal([("city", "variable_missing"), ("count", "variable_invalid"), ("citty", "variable_undefined")], exception.Variables.Select(fault => (fault.Name, fault.Code!)));
        Assert.Contains("\"count\" is the number 9", exception.Message, StringComparison.Ordinal);
        Assert.Contains("\"citty\" is given", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspecting_tells_the_same_without_stopping()
    {
        var inspected = Inspect(new([City, Count], []), Layer("request", """{"count": 9}"""));
        Assert.Equal("city", Assert.Single(inspected.Faults!.Missing).Name);
        Assert.Equal("count", Assert.Single(inspected.Faults.Invalid).Name);
        Assert.Contains("required", inspected.Explain()["city"].Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_in_typed_text_warns_and_does_not_stop()
    {
        var resolved = Resolve(new([City with { Required = false }], []), Layer("trigger", """{"ctiy": "Paris"}"""));
        Assert.Equal("variable_undefined", Assert.Single(resolved.Warnings).Code);
    }

    [Fact]
    public void An_unknown_name_in_a_lower_layer_is_for_another_prompt()
    {
        var resolved = Resolve(new([City with { Required = false }], []), Layer("conversation", """{"other": 1}"""), Layer("global", """{"another": 1}"""));
        Assert.Empty(resolved.Warnings);
        Assert.Empty(resolved.Values);
    }

    [Fact]
    public void A_name_that_only_the_template_uses_takes_any_value_of_a_layer() =>
        Assert.Equal("[1]", Resolve(new([], ["x"]), Layer("project:p", """{"x": [1]}""")).Text("x"));

    [Fact]
    public void Input_is_the_typed_text_and_needs_no_declaration() => Assert.Null(Inspect(new([], ["input"])).Faults);

    [Fact]
    public void Names_by_use_are_optional_and_warned_of_once_for_all()
    {
        var resolved = Resolve(new([City with { Required = false }], ["city", "a", "b", "current_date"], infer: true), Layer("request", """{"a": {"x": 1}}"""));
        Assert.Equal("""{"x": 1}""", resolved.Text("a"));
        var warning = Assert.Single(resolved.Warnings);
        Assert.Equal("variable_inferred", warning.Code);
        Assert.Contains("\"a\", \"b\".", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_default_that_does_not_fit_stops_the_turn() =>
        Assert.Equal(TurnErrorCode.VariableInvalid, Assert.Throws<TurnException>(() => Resolve(new([Count with { Default = Json.Of("9") }], []))).Code);

    [Fact]
    public void A_prompt_brings_its_own_needs()
    {
        var prompt = new Prompt { Variables = [City], InferVariables = true };
        var needs = VariableNeeds.Of(prompt, ["x"]);
        Assert.Equal(["city", "x"], needs.Names);
        Assert.True(needs.Infers);
    }
}
