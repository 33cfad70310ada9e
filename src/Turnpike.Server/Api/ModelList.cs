using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Api;

/// <summary>The models there are to choose from.</summary>
/// <param name="Data">The models of all providers.</param>
/// <param name="Default">The model of turns that name none; null: the key may not use it.</param>
/// <param name="Unavailable">The providers that could not be asked.</param>
internal sealed record ModelList(IReadOnlyList<ModelInfo> Data, string? Default, IReadOnlyList<UnavailableProvider> Unavailable);

/// <summary>A provider that could not be asked.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">What happened and what to do.</param>
internal sealed record UnavailableProvider(string Provider, string Code, string Message);
