using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>Supplies models: the part before the slash of a model id such as <c>openai/gpt-5</c>.</summary>
public interface IModelProvider
{
    /// <summary>The provider's name; letters, digits, <c>-</c> and <c>_</c>, unique among providers.</summary>
    string Name { get; }

    /// <summary>The parameters that its models take, by their names in <see cref="TurnParameters"/>, where <see cref="ListAsync"/> does not say: also those of models that it does not list. Null: unknown, then all are sent.</summary>
    IReadOnlyList<string>? Parameters => null;

    /// <summary>The numbers that its models take for parameters, by their names in <see cref="TurnParameters"/>, where those are fewer than any model's and <see cref="ListAsync"/> does not say. Null: unknown.</summary>
    IReadOnlyDictionary<string, ParameterRange>? Ranges => null;

    /// <summary>
    /// The client for one of the provider's models. Called for any name, also one that <see cref="ListAsync"/> does not list;
    /// must not talk to the network. The client is used for many turns at once and lives as long as the provider.
    /// </summary>
    /// <param name="model">The model's name without the provider.</param>
    IChatClient Client(string model);

    /// <summary>
    /// The models that the provider offers now. An unreachable provider throws <see cref="TurnException"/> with a
    /// <c>provider_…</c> code.
    /// </summary>
    Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken);
}
