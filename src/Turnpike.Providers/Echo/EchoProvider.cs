using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Echo;

/// <summary>
/// A stand-in for a model, so that everything works before there is a key: <c>builtin/echo</c> answers with what it was sent,
/// as Markdown, and calls a tool when the text says <c>call tool {json}</c>. It is no language model and says so.
/// </summary>
/// <param name="name">The provider's name.</param>
/// <param name="pace">The time between two words; default none.</param>
/// <param name="clock">The time; default the system's.</param>
public sealed class EchoProvider(string name = "builtin", TimeSpan pace = default, TimeProvider? clock = null) : IModelProvider
{
    /// <summary>The one model's name.</summary>
    public const string Model = "echo";

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>All but a search of its own.</summary>
    public IReadOnlyList<string>? Parameters { get; } = ModelProviders.AllButSearch;

    /// <inheritdoc/>
    public IChatClient Client(string model) => new EchoChatClient(name, model, pace, clock ?? TimeProvider.System);

    /// <summary>The one model.</summary>
    public Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ModelInfo>>(
    [
        new()
        {
            Id = $"{name}/{Model}",
            Provider = name,
            DisplayName = "Echo (not a language model)",
            Input = ["text", "image", "audio", "file"],
            Tools = true,
            Parameters = Parameters,
            Price = new() { Input = 0, Output = 0 },
        },
    ]);
}
