using System.Text.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>Computes variables when a turn is sent, for the layer <c>computed</c>. Asked only for names that the prompt declares or uses.</summary>
public interface IVariableProvider
{
    /// <summary>The names it computes.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>
    /// The value of one of its names; null when it has none now. Called for previews too, so it must have no effects. When it throws, the turn is refused with
    /// <c>variable_invalid</c> naming the variable.
    /// </summary>
    ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken);
}
