using System.Text.Json;
using Turnpike.Prompts;

namespace Turnpike.Turns.Drafts;

/// <summary>Everything of a draft that may change, as one immutable value, so that undoing is going back to an older one.</summary>
public sealed record DraftState
{
    /// <summary>The typed text as it stands.</summary>
    public required string Content { get; init; }
    /// <summary>What triggers and middleware say.</summary>
    public SettingsLayer Top { get; init; } = new() { Name = "trigger" };
    /// <summary>What the request says.</summary>
    public required SettingsLayer Request { get; init; }
    /// <summary>What the conversation says for this turn.</summary>
    public required SettingsLayer Conversation { get; init; }
    /// <summary>What the conversation will say from now on: its layer with what sticky triggers wrote.</summary>
    public required SettingsLayer Kept { get; init; }
    /// <summary>The layers below the conversation's, highest first.</summary>
    public IReadOnlyList<SettingsLayer> Below { get; init; } = [];
    /// <summary>What is attached to this turn.</summary>
    public IReadOnlyList<ResourceInput> Resources { get; init; } = [];
    /// <summary>Ids of resources that the conversation has no longer from this turn on.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];
    /// <summary>A new title for the conversation; null: as it is.</summary>
    public string? Title { get; init; }
    /// <summary>An answer of ours instead of a model's.</summary>
    public string? Answer { get; init; }
    /// <summary>A prompt whose text takes the place of the typed text.</summary>
    public UsedPrompt? Used { get; init; }

    /// <summary>All layers, highest first.</summary>
    public IEnumerable<SettingsLayer> Layers => [Top, Request, Conversation, .. Below];

    /// <summary>The model of the highest layer that says one.</summary>
    public string? Model => Top.Model ?? Request.Model ?? Conversation.Model ?? Below.FirstOrDefault(layer => layer.Model is not null)?.Model;

    /// <summary>The parameters of all layers, the highest winning.</summary>
    public TurnParameters Parameters
    {
        get
        {
            var parameters = Top.Parameters.Over(Request.Parameters).Over(Conversation.Parameters);
            foreach (var layer in Below) parameters = parameters.Over(layer.Parameters);
            return parameters;
        }
    }
}

/// <summary>A prompt used as the turn's text, with the values it was given.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Variables">Values for its variables.</param>
public sealed record UsedPrompt(ResolvedPrompt Prompt, IReadOnlyDictionary<string, JsonElement> Variables);

/// <summary>A point in a draft's life.</summary>
internal readonly record struct DraftMark(DraftState State, int Changes, int Warnings);
