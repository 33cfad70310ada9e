using Microsoft.Extensions.AI;
using Turnpike.Messages.Resources;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;

namespace Turnpike.Messages;

/// <summary>Door 4: system text, examples, history and the user's message become the list that is sent.</summary>
public sealed class MessageBuilder(RuleResolver rules, PromptRenderer renderer, ResourceReader reader, KeptParts kept)
{
    /// <summary>Builds the messages of a draft.</summary>
    /// <param name="draft">The draft, sealed.</param>
    /// <param name="model">What is known of the model; null when nothing is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>rule_not_found, variable_…, template_…, content_missing, resource_unsupported</c>.</exception>
    public async ValueTask<BuiltMessages> BuildAsync(TurnDraft draft, ModelInfo? model, CancellationToken cancellationToken)
    {
        var history = HistoryMessages.Sent(draft.History);
        var isFirst = draft.Prompt is { } prompt && !history.Exists(turn => turn.Prompt?.Hash == prompt.Hash);
        var applied = await rules.ResolveAsync(draft, cancellationToken);
        var rendered = await renderer.RenderAsync(draft, isFirst, model, applied, cancellationToken);

        var system = SystemLayers.Join(draft, rendered.System, rendered.Rules);
        var resources = await reader.ReadAsync(draft, model, cancellationToken);
        var user = UserMessage.Of(draft, isFirst ? rendered.User : null, rendered.Used, rendered.Rules, resources);
        if (user is null && history.Count == 0 && draft.State.Answer is null)
            throw new TurnException(TurnErrorCode.ContentMissing, "There is nothing to send: no text was typed, and neither the prompt nor a resource gives the user's message.") { Field = "content", Unsent = draft };
        List<ChatMessage> added = [.. isFirst ? rendered.Examples : [], .. user is null ? [] : (ChatMessage[])[user]];

        var messages = new List<ChatMessage>(history.Count * 2 + added.Count + 1);
        if (system.Length > 0) messages.Add(new(ChatRole.System, system));
        foreach (var message in HistoryMessages.Of(history, draft.Answers)) messages.Add(MessageParts.AsSent(await kept.AttachAsync(message, cancellationToken)));
        foreach (var message in added) messages.Add(MessageParts.AsSent(message));
        return new(messages, added, rendered.Variables, [.. applied.Select(rule => new TurnRule(rule.Rule.Id, rule.Rule.Name, rule.Hash))], resources);
    }
}
