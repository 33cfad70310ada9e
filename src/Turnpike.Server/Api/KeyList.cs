using Turnpike.Turns.Access;

namespace Turnpike.Server.Api;

/// <summary>Keys, in the order in which they were made.</summary>
/// <param name="Data">All but their secrets.</param>
internal sealed record KeyList(IReadOnlyList<AccessKey> Data);
