namespace Turnpike.Generators;

/// <summary>What is wrong with a file, and where.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Line">From 0.</param>
/// <param name="Column">From 0.</param>
/// <param name="IsOfSchema">Whether it is YAML, and its schema is wrong.</param>
internal sealed record FileFault(string Message, int Line, int Column, bool IsOfSchema = false);
