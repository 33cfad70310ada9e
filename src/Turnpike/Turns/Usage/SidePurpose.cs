namespace Turnpike.Turns.Usage;

/// <summary>What a model is asked for beside the road, and for whom it counts.</summary>
/// <param name="Kind"><c>title</c>, <c>summary</c>, <c>tools</c>, <c>rules</c>.</param>
/// <param name="Project">The project it counts for; null for none.</param>
/// <param name="Prompt">The key of the stored prompt whose turn it serves; null when there is none.</param>
/// <param name="Id">What it is kept by; null: a new id.</param>
public sealed record SidePurpose(string Kind, string? Project, string? Prompt = null, string? Id = null);
