using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Messages.Resources;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Tracing;
using Turnpike.Turns.Web;

namespace Turnpike.Messages;

/// <summary>Door 4: system text, examples, history and the user's message become the list that is sent.</summary>
public sealed class MessageBuilder(RuleResolver rules, PromptRenderer renderer, ResourceReader reader, HistoryReader earlier, KeptParts kept, TokenCalibration calibration, GuardedClient web, IOptions<ResourceOptions> options)
{
    /// <summary>Writes what a draft itself says: all but the history.</summary>
    /// <param name="draft">The draft, sealed.</param>
    /// <param name="model">What is known of the model; null when nothing is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>rule_not_found, variable_…, template_…, content_missing, resource_…</c>.</exception>
    public ValueTask<WrittenMessages> WriteAsync(TurnDraft draft, ModelInfo? model, CancellationToken cancellationToken) => WriteAsync(draft, model, null, cancellationToken);

    /// <summary>The same for a model that stands in: with the resources that were read for the first, so that both are asked about the same.</summary>
    internal async ValueTask<WrittenMessages> WriteAsync(TurnDraft draft, ModelInfo? model, IReadOnlyList<ReadResource>? read, CancellationToken cancellationToken)
    {
        var given = await reader.GivenAsync(draft.Request.History, model, cancellationToken);
        var isFirst = draft.Prompt is { } prompt && draft.State.Used?.Prompt.Hash != prompt.Hash && (given is not null || SentTurns.IsNew(draft, prompt));
        var applied = await rules.ResolveAsync(draft, cancellationToken);
        var rendered = await renderer.RenderAsync(draft, isFirst, model, applied, cancellationToken);

        var system = SystemLayers.Join(draft, rendered.SourcedSystem, rendered.SourcedAgent, rendered.Rules);
        var packing = new List<PackingItem>();
        var merged = isFirst && given is not null && GivenHistory.HasUser(given); // who sends the list again each time gets what a kept conversation gets
        if (merged) given = GivenHistory.Merged(given!, rendered);
        var resources = read is null ? await reader.ReadAsync(draft, rendered.Attached, model, cancellationToken) : ReadableParts.Check(model, read);
        if (SentTurns.IsOurs(draft)) return new(system.Text, given, [], null, rendered, Applied(applied), resources, packing) { SourcedSystem = system };
        var packed = ResourcePacking.Fit(draft, resources, ModelWindow.Resources(model, options.Value), Ratio(model), packing);
        var user = UserMessage.Of(rendered.SourcedTyped, draft.Request.Author, isFirst && !merged ? rendered.User : null, rendered.Used, rendered.Rules, packed);
        if (user is null && draft.State.Answer is null && (given is null ? !HistoryMessages.AwaitAnswer(draft) : given.Count == 0))
            throw new TurnException(TurnErrorCode.ContentMissing, "There is nothing to send: no text was typed, and neither the prompt nor a resource gives the user's message.") { Field = "content", Unsent = draft };
        return new(system.Text, given, isFirst && !merged ? rendered.Examples : [], user, rendered, Applied(applied), resources, packing) { SourcedSystem = system };
    }

    private static IReadOnlyList<TurnRule> Applied(IReadOnlyList<AppliedRule> applied) => [.. applied.Select(rule => new TurnRule(rule.Rule.Id, rule.Rule.Name, rule.Hash))];

    /// <summary>Builds the messages of a draft: what it says, and as much of the history as the model's window takes beside that and the tools.</summary>
    /// <param name="draft">The draft, sealed.</param>
    /// <param name="model">What is known of the model; null when nothing is.</param>
    /// <param name="written">What it says.</param>
    /// <param name="tools">Estimated tokens of the declarations of the tools that are offered.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>context_length_exceeded, resource_unsupported</c>.</exception>
    public async ValueTask<BuiltMessages> BuildAsync(TurnDraft draft, ModelInfo? model, WrittenMessages written, long tools, CancellationToken cancellationToken)
    {
        var (system, given, rendered, examples, user) = (written.SourcedSystem, written.Given, written.Rendered, written.Examples, written.User);
        var (input, ratio, packing) = (ModelWindow.Input(draft, model), Ratio(model), written.Packing.ToList());
        List<ChatMessage> added = [.. examples, .. user is null ? [] : (ChatMessage[])[user]];

        MediaAddresses.Check(web, given ?? [], "history");
        MediaAddresses.Check(web, draft.Answers.Select(answered => new ChatMessage(ChatRole.Tool, [.. answered.Answer.Parts ?? []])), "answers");
        MediaAddresses.Check(web, added.Concat(rendered.Standing), "prompt");
        var declared = (long)Math.Ceiling(tools * ratio);
        var newest = declared + (long)Math.Ceiling((TokenEstimate.Of(written.System) + added.Sum(TokenEstimate.Of) + rendered.Standing.Sum(TokenEstimate.Of)) * ratio);
        ModelWindow.Check(model, input, newest, declared);
        var history = given is null ? await earlier.ReadAsync(draft, input - newest, ratio, packing, cancellationToken) : ChosenHistory.None;
        ModelWindow.Check(model, input, newest + (long)Math.Ceiling(history.Template.Tokens * ratio), declared);
        if (history.Summary is { } summary) system = SummaryText.With(system, summary);

        var (messages, sources) = (new List<ChatMessage>(history.Turns.Count * 2 + added.Count + 1), new MessageSources());
        ChatMessage Readable(ChatMessage message) => ToolParts.Readable(MessageParts.AsSent(message), model);
        if (system.Length > 0) messages.Add(sources.Add(new(ChatRole.System, system.Text), new(ChatRole.System, [MessageParts.From(MessageParts.Template, system)]), ""));
        foreach (var example in history.Template.Examples) messages.Add(sources.Add(Readable(TextFiles.Read(await kept.AttachAsync(example, cancellationToken))), "prompt"));
        var template = history.Template.Parts.Count > 0 ? history.Template : null; // until the first message of the user has it
        foreach (var (message, turn) in HistoryMessages.Of(history.Turns, draft.Answers))
        {
            var whole = MediaAddresses.Without(web, TextFiles.Read(await kept.AttachAsync(template is not null && message.Role == ChatRole.User ? template.Before(message, "turn:" + turn) : message, cancellationToken)), why => draft.Warn("address_left_out", $"A picture or file of an earlier message is not sent: {why}"));
            messages.Add(template is not null && message.Role == ChatRole.User ? sources.Add(Readable(whole), whole, "turn:" + turn) : sources.Add(Readable(whole), "turn:" + turn));
            if (message.Role == ChatRole.User) template = null;
        }
        foreach (var message in given is null ? [] : HistoryMessages.Given(given).Select(TextFiles.Read)) messages.Add(sources.Add(Readable(message), message, "request"));
        foreach (var message in examples.Concat(rendered.Standing)) messages.Add(sources.Add(MessageParts.AsSent(message), message, "prompt"));
        var newer = user is null || template is null ? user : await kept.AttachAsync(template.Before(user, null), cancellationToken);
        if (newer is not null) messages.Add(sources.Add(MessageParts.AsSent(newer), newer, ""));
        draft.Trace.Pack(packing);
        draft.Trace.Explain(rendered.Variables, [.. draft.State.Layers]);
        ReadableParts.Check(model, messages);
        return new(messages, given, added, rendered.Variables, written.Rules, written.Resources, packing) { Sources = sources };
    }

    private double Ratio(ModelInfo? model) => model is null ? 1 : calibration.Ratio(model.Id);
}
