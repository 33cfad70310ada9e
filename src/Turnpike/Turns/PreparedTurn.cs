using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Resources;

namespace Turnpike.Turns;

/// <summary>A turn that is ready to be sent, with everything a preview shows. Nothing has been kept or sent yet.</summary>
public sealed record PreparedTurn
{
    /// <summary>The draft, sealed.</summary>
    public required TurnDraft Draft { get; init; }
    /// <summary>What is sent.</summary>
    public required ModelRequest Request { get; init; }
    /// <summary>The model asked.</summary>
    public required ChosenModel Model { get; init; }
    /// <summary>Models asked in order when the first cannot answer.</summary>
    public IReadOnlyList<ChosenModel> Fallback { get; init; } = [];
    /// <summary>The tools offered.</summary>
    public OfferedTools Tools { get; init; } = OfferedTools.None;
    /// <summary>The messages that this turn adds before the model's: the template's examples on a first turn, then the user's. Parts carry their origin.</summary>
    public required IReadOnlyList<ChatMessage> Added { get; init; }
    /// <summary>The values of variables, each with all its layers.</summary>
    public required ResolvedVariables Variables { get; init; }
    /// <summary>The resources of the turn, each with its content.</summary>
    public IReadOnlyList<ReadResource> Resources { get; init; } = [];
    /// <summary>The rules applied, in order.</summary>
    public IReadOnlyList<TurnRule> Rules { get; init; } = [];
    /// <summary>What triggers asked to be done after the turn is saved; a preview lists it and does none of it.</summary>
    public IReadOnlyList<TurnAction> Actions { get; init; } = [];
    /// <summary>Estimated input tokens: a token for four characters.</summary>
    public long Tokens { get; init; }

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<TurnWarning> Warnings => Draft.Warnings;
    /// <summary>The prompt, resolved.</summary>
    public ResolvedPrompt? Prompt => Draft.Prompt;
}
