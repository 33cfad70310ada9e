using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>A model that a turn asks.</summary>
/// <param name="Id"><c>provider/name</c>.</param>
/// <param name="Client">The client that asks it.</param>
/// <param name="Info">What is known of it; null when nothing is.</param>
public sealed record ChosenModel(string Id, IChatClient Client, ModelInfo? Info);
