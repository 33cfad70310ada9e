namespace Turnpike.Prompts.Variables;

/// <summary>One place of a value that does not fit a schema, or one place of a schema that cannot be used.</summary>
/// <param name="Path">A JSON Pointer (RFC 6901) to the place; empty for the whole.</param>
/// <param name="Message">What is there and what is expected: <c>is the text "x"; it must be a number</c>.</param>
public sealed record JsonSchemaFault(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Path.Length == 0 ? $"it {Message}" : $"\"{Path}\" {Message}";
}
