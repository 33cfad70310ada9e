using System.Text.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>
/// Computes variables when a turn is prepared. It is asked only for names that a prompt declares or uses and no higher layer has, so it may
/// be asked never. It must have no side effect: a preview asks too. One that throws counts as having no value, with a warning.
/// </summary>
public interface IVariableProvider
{
    /// <summary>The names it computes. They do not change; a name of the built-in ones replaces that one.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The value for one of its names; null when it has none for this turn.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="context">The turn it is for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken);
}
