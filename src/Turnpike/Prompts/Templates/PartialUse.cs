using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>A place where a template includes a partial.</summary>
/// <param name="Name">The partial's name.</param>
/// <param name="Span">Where it stands in the template.</param>
/// <param name="Given">The names that the place gives values to.</param>
/// <param name="SeesVariables">Whether the other names of the partial are variables of the prompt; false when it is about an inner value.</param>
public sealed record PartialUse(string Name, TextSpan Span, IReadOnlyList<string> Given, bool SeesVariables);
