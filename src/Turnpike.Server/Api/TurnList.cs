using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>The turns of a conversation.</summary>
/// <param name="Data">Those of the shown branch, oldest first.</param>
/// <param name="Unbegun">Those that stand in its queue, or ended there before a model was asked, oldest first; null: there are none.</param>
internal sealed record TurnList<T>(IReadOnlyList<T> Data, IReadOnlyList<Turn>? Unbegun);
