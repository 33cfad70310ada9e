namespace Turnpike.Generators;

/// <summary>A variable of a prompt file, as far as its C# form depends on it.</summary>
/// <param name="Name">The name in the template.</param>
/// <param name="Type">The declared type: <c>string</c>, <c>enum</c>, <c>list</c>, ….</param>
/// <param name="ItemType">The type of a list's items.</param>
/// <param name="Required">Whether a prompt without it is refused.</param>
/// <param name="Description">What it is.</param>
/// <param name="Options">The values of an enum that allows no others, a line feed between them.</param>
internal sealed record PromptVariable(string Name, string Type, string? ItemType, bool Required, string? Description, string? Options);
