using Turnpike.Cli.Clients;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Cli.Input;

/// <summary>Knows what the variables of a turn's prompt take, asked only when that matters.</summary>
/// <param name="turnpike">Where prompts and conversations are kept; null: the values are for no prompt, and are texts.</param>
/// <param name="prompt">The turn's prompt; null: that of its conversation.</param>
/// <param name="conversation">The turn's conversation; null: a new one.</param>
internal sealed class VariableTypes(ITurnpike? turnpike, PromptReference? prompt = null, string? conversation = null)
{
    private Task<IReadOnlyList<VariableDefinition>?>? _definitions;

    /// <summary>What a variable takes: anything where its prompt cannot be read, and a text where it is none of the prompt's.</summary>
    public async Task<VariableType> OfAsync(string name, CancellationToken cancellationToken)
    {
        var known = await (_definitions ??= DefinitionsAsync(cancellationToken));
        return known is null ? VariableType.Any : known.FirstOrDefault(definition => definition.Name == name)?.Type ?? VariableType.Text;
    }

    private async Task<IReadOnlyList<VariableDefinition>?> DefinitionsAsync(CancellationToken cancellationToken)
    {
        if (prompt?.Inline is { } inline) return inline.Variables;
        try
        {
            if (turnpike is null || (prompt is null && conversation is null)) return [];
            var asked = prompt is null ? (await turnpike.ConversationAsync(conversation!, cancellationToken)).Prompt : await turnpike.PromptAsync(prompt, cancellationToken);
            return asked?.Variables ?? [];
        }
        catch (TurnException)
        {
            return null; // a key that may only run prompts; whatever else is wrong, the turn tells
        }
    }
}
