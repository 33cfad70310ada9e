using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Tracing;

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
    /// <summary>The messages that the caller gave instead of the conversation's path; null when it gave none.</summary>
    public IReadOnlyList<ChatMessage>? Given { get; init; }
    /// <summary>The messages that this turn adds before the model's: the template's examples on a first turn, then the user's. Parts carry their origin.</summary>
    public required IReadOnlyList<ChatMessage> Added { get; init; }
    /// <summary>The values of variables, each with all its layers.</summary>
    public required ResolvedVariables Variables { get; init; }
    /// <summary>What was cut or left out to fit the model's window.</summary>
    public IReadOnlyList<PackingItem> Packing { get; init; } = [];
    /// <summary>The resources of the turn, each with its content.</summary>
    public IReadOnlyList<ReadResource> Resources { get; init; } = [];
    /// <summary>The rules applied, in order.</summary>
    public IReadOnlyList<TurnRule> Rules { get; init; } = [];
    /// <summary>What triggers asked to be done after the turn is saved; a preview lists it and does none of it.</summary>
    public IReadOnlyList<TurnAction> Actions { get; init; } = [];
    /// <summary>Estimated input tokens: a token for four characters, corrected by what the model's provider has reported.</summary>
    public long Tokens { get; init; }

    /// <summary>The project that a new conversation begins in though its settings do not count yet, because a trigger chose a prompt of it; null: that of the draft.</summary>
    internal string? Home { get; init; }
    /// <summary>What the messages were made of.</summary>
    internal MessageSources Made { get; init; } = new();
    /// <summary>The messages with their secrets, where <see cref="Request"/> shows masks.</summary>
    private IReadOnlyList<ChatMessage>? Exact { get; init; }

    /// <summary>Where each stretch of the messages came from, in their order; of texts that hold secrets, as <see cref="Shown"/> shows them.</summary>
    public IReadOnlyList<TextSource> Sources() => Made.Of(Exact ?? Request.Messages, Draft.Trace.Secrets);

    /// <summary>The turn as people may see it: with <c>•••</c> in the place of secrets in <see cref="Request"/> and <see cref="Added"/>.</summary>
    public PreparedTurn Shown()
    {
        if (Draft.Trace.Secrets is not { Count: > 0 } secrets) return this;
        var request = KeptSecrets.Hide(Request, secrets);
        ChatMessage Whole(ChatMessage message) => new(message.Role, [.. message.Contents.Select(part => part is TextContent ? part : SecretText.Hide(part, secrets))]) { AuthorName = message.AuthorName };
        return this with { Request = request with { Messages = [.. request.Messages.Select(Whole)] }, Added = KeptSecrets.Hide(Added, secrets), Exact = Exact ?? Request.Messages };
    }

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<TurnWarning> Warnings => Draft.Warnings;
    /// <summary>The prompt, resolved.</summary>
    public ResolvedPrompt? Prompt => Draft.Prompt;
}
