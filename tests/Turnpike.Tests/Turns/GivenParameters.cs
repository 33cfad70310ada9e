using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Tests.Turns;

/// <summary>Parameters in the forms in which people have them.</summary>
public sealed class GivenParameters
{
    private static TurnParameters Read(string json) => ParameterTable.Read(JsonElement.Parse(json));

    [Theory]
    [InlineData("""{"type":"json_schema","schema":{"type":"object"}}""", """{"type":"json_schema","schema":{"type":"object"}}""")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}}""", """{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}""")]
    [InlineData("""{"type":"json_object"}""", """{"type":"json_object"}""")]
    public void A_shape_is_kept_in_our_form(string given, string kept) => Assert.Equal(kept, Read($$"""{"response_format":{{given}}}""").ResponseFormat!.ToJsonString());

    [Theory]
    [InlineData("\"required\"", "required")]
    [InlineData("""{"type":"function","function":{"name":"add"}}""", "add")]
    [InlineData("""{"type":"function","name":"add"}""", "add")]
    public void A_forced_tool_is_kept_by_its_name(string given, string kept) => Assert.Equal(kept, Read($$"""{"tool_choice":{{given}}}""").ToolChoice);

    [Theory]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":{"name":"n"}}}""")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":[]}}""")]
    [InlineData("""{"tool_choice":{"type":"function"}}""")]
    [InlineData("""{"tool_choice":{"function":{"name":5}}}""")]
    [InlineData("""{"temperature":0.5,"temp":0.6}""")]
    [InlineData("""{"max_tokens":5,"maxOutputTokens":6}""")]
    [InlineData("""{"stop":["a"],"stop_sequences":["a","b"]}""")]
    [InlineData("""{"response_format":{"type":"json_object"},"responseFormat":{"type":"text"}}""")]
    public void What_fits_no_form_or_contradicts_itself_is_refused(string given) =>
        Assert.Equal(TurnErrorCode.ParameterInvalid, Assert.Throws<TurnException>(() => Read(given)).Code);

    [Fact]
    public void The_same_value_under_two_names_is_one()
    {
        Assert.Equal(5, Read("""{"max_tokens":5,"maxOutputTokens":5}""").MaxOutputTokens);
        Assert.Equal(["a"], Read("""{"stop":"a","stop_sequences":["a"]}""").Stop);
        Assert.Equal("json_object", (string?)Read("""{"response_format":{"type":"json_object"},"responseFormat":{"type":"json_object"}}""").ResponseFormat!["type"]);
    }
}
