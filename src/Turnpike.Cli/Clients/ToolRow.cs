namespace Turnpike.Cli.Clients;

/// <summary>A tool as it is listed.</summary>
/// <param name="Name">The name it is chosen by.</param>
/// <param name="Description">What it does.</param>
/// <param name="Source">Who supplies it.</param>
internal sealed record ToolRow(string Name, string? Description, string? Source);
