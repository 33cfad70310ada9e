using System.Text.Json.Serialization;

namespace Turnpike.Triggers;

/// <summary>What an argument of a trigger holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TriggerArgumentType>))]
public enum TriggerArgumentType
{
    /// <summary>One word, or a quoted text.</summary>
    [JsonStringEnumMemberName("string")] String,
    /// <summary>All that is left of the arguments, as typed; only as the last argument.</summary>
    [JsonStringEnumMemberName("text")] Text,
    /// <summary>A number with a decimal point.</summary>
    [JsonStringEnumMemberName("number")] Number,
    /// <summary>A whole number of 64 bits.</summary>
    [JsonStringEnumMemberName("integer")] Integer,
    /// <summary><c>true</c> or <c>on</c>, <c>false</c> or <c>off</c>.</summary>
    [JsonStringEnumMemberName("boolean")] Boolean,
    /// <summary>One of the options, compared without case.</summary>
    [JsonStringEnumMemberName("enum")] Enum,
    /// <summary>Any number of <c>name=value</c>.</summary>
    [JsonStringEnumMemberName("pairs")] Pairs,
}
