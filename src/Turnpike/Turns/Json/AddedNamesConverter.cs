using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Json;

/// <summary>A choice of names, as a list where it only adds, else as <c>{only?, add, remove}</c>; both are read. Public for the JSON contexts of hosts that hold what has one.</summary>
public sealed class AddedNamesConverter : JsonConverter<NameSelection>
{
    /// <inheritdoc/>
    public override NameSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => NameSelectionConverter.Read(ref reader, options);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, NameSelection value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        if (value.AddsOnly) NameSelectionConverter.Write(writer, value.Add);
        else NameSelectionConverter.Write(writer, value);
    }
}
