using Microsoft.Extensions.AI;
using Turnpike.Messages.Resources;
using Turnpike.Prompts;
using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>Renders the prompt of a turn, and its rules, with the values of its variables.</summary>
public sealed class PromptRenderer(PromptCompiler compiler, VariableResolver variables, VariableFiles files, ResourceLoading loading, SecretNames secrets, HistoryReader earlier, TimeProvider time)
{
    private const string OfPrompt = "prompt";

    /// <summary>Renders the draft's prompt, and the prompt that takes the place of the typed text if there is one.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="isFirst">Whether the template's messages are sent with this turn; otherwise only its system text matters.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="rules">The rules of the turn, in order.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>variable_…, template_…, resource_…</c>.</exception>
    public async ValueTask<RenderedPrompt> RenderAsync(TurnDraft draft, bool isFirst, ModelInfo? model, IReadOnlyList<AppliedRule> rules, CancellationToken cancellationToken)
    {
        var compiled = draft.Prompt is null ? null : compiler.Compile(draft.Prompt);
        var expanding = TypedTemplate.Of(draft, RuleNeeds.With(compiled?.Needs ?? VariableNeeds.None, draft, rules, variables.ComputedNames), variables.ComputedNames);
        bool IsElsewhere(string name) => expanding.Uses(name) || rules.Any(rule => rule.Template.Names.Variables.ContainsKey(name));
        var needs = isFirst || compiled is null ? expanding.Needs : expanding.Needs.Requiring(name => compiled.StandingNames.Contains(name) || IsElsewhere(name));
        var values = await ResolveAsync(draft, needs, Layers(draft, needs), model, cancellationToken);
        var inputs = await InputsAsync(draft, needs, values, isFirst ? model : null, cancellationToken);
        var context = new TemplateContext { Values = inputs, Time = time, Wrote = SecretPieces.Of(draft, values) };
        var typed = expanding.Render(draft, context);
        context = context with { Input = typed.Text };
        var said = Rules(rules, context, typed);
        IReadOnlyList<RenderedMessage> inPlace = draft.State.Used is { } other ? await OtherAsync(draft, other, typed.Text, model, cancellationToken) : [], standingText = [];
        var agent = draft.State.Agent is { } who ? await AgentAsync(draft, who, typed, model, cancellationToken) : null;
        RenderedPrompt Rendered(SourcedText? system, IReadOnlyList<ChatMessage> examples, UserTemplate? user) =>
            new(system?.Text, examples, user, draft.State.Used is { } used ? Used(used, inPlace, standingText, typed) : null, values, said) { SourcedSystem = system, Agent = agent?.Text, SourcedAgent = agent, Typed = typed.Text, SourcedTyped = typed };
        if (compiled is null) return Rendered(null, [], null);

        var pieces = RenderedMessages.Of(compiled.Render(await ContextAsync(draft, draft.Prompt!.Prompt, compiled, context, cancellationToken)));
        var mark = pieces.HistoryMark ?? pieces.Messages.Count;
        var leading = pieces.Messages.Take(mark).TakeWhile(message => message.Role == "system").Count(); // one behind the history stands there
        var last = pieces.Messages.Count - (pieces.Messages.Count > leading && pieces.Messages[^1].Role == "user" ? 1 : 0);
        bool IsSent(int i) => isFirst || i < leading || (i >= mark && i < last);
        var attached = await VariableResources.OfAsync(draft, compiled, values, isFirst, IsElsewhere, earlier, cancellationToken);
        pieces = await PromptMedia.LoadAsync(pieces, IsSent, loading, draft, model, cancellationToken);
        if (draft.State.Used?.Prompt.Hash == draft.Prompt.Hash) standingText = [.. pieces.Messages.Where((_, i) => IsSent(i))];
        (var messages, said) = TemplateSections.Fill(pieces, draft.Prompt.Prompt, IsSent, said);
        WarnOfMedia(draft, messages.Take(leading), "The system text of the prompt");
        var system = leading == 0 ? null : SourcedText.Joined(messages.Take(leading).Select(message => TemplateMessages.Text(message.Pieces, typed, OfPrompt)));
        var standing = Messages(Math.Max(leading, mark), last);
        if (!isFirst) return Rendered(system, [], null) with { Standing = standing, Attached = attached };

        var user = last < messages.Count ? Place(messages[^1], typed, OfPrompt) : null;
        return Rendered(system, Messages(leading, Math.Min(mark, last)), user) with { Standing = standing, Attached = attached };

        IReadOnlyList<ChatMessage> Messages(int from, int to) =>
            [.. messages.Take(to).Skip(from).Where(message => message.Pieces.Count > 0).Select(message => new ChatMessage(new ChatRole(message.Role), TemplateMessages.Parts(message.Pieces, typed, OfPrompt)))];
    }

    /// <summary>The layers without those values of the turn that its own prompt does not know, and an agent or a used prompt does.</summary>
    private SettingsLayer[] Layers(TurnDraft draft, VariableNeeds needs)
    {
        UsedPrompt?[] others = [draft.State.Used, draft.State.Agent];
        var theirs = others.OfType<UsedPrompt>().SelectMany(other => compiler.Compile(other.Prompt).Needs.Names).Where(name => !needs.Knows(name)).ToHashSet(StringComparer.Ordinal);
        return [.. draft.State.Layers.Select(layer => theirs.Count == 0 || layer.Name is not ("request" or "trigger") ? layer : layer with { Variables = layer.Variables.Where(value => !theirs.Contains(value.Key)).ToDictionary() })];
    }

    private static IReadOnlyList<RenderedRule> Rules(IReadOnlyList<AppliedRule> rules, TemplateContext context, SourcedText typed) =>
        [.. rules.Select(rule => (rule.Rule.Placement, Said: rule.Render(context, typed))).Select(rule => new RenderedRule(rule.Placement, rule.Said.Text) { Sourced = rule.Said })];

    /// <summary>All texts of a prompt as one user text, without those messages that the turn's own prompt says in the same words.</summary>
    private static UserTemplate Used(UsedPrompt used, IReadOnlyList<RenderedMessage> messages, IReadOnlyList<RenderedMessage> said, SourcedText typed)
    {
        string Text(RenderedMessage message) => TemplateMessages.Text(message.Pieces, typed, OfPrompt).Text;
        var texts = said.Select(message => (message.Role, Text(message))).ToHashSet();
        var pieces = new List<TemplatePiece>();
        foreach (var message in messages.Where(message => !texts.Contains((message.Role, Text(message)))))
        {
            if (pieces.Count > 0) pieces.Add(new(PieceKind.Text, "\n\n") { Source = SourcedText.Ours });
            pieces.AddRange(message.Pieces);
        }
        return Place(new("user", pieces), typed, "prompt:" + used.Prompt.Name);
    }

    /// <summary>The system messages of an agent, or all its texts when it has none, as one text.</summary>
    private async ValueTask<SourcedText> AgentAsync(TurnDraft draft, UsedPrompt agent, SourcedText typed, ModelInfo? model, CancellationToken cancellationToken)
    {
        var messages = await OtherAsync(draft, agent, typed.Text, model, cancellationToken);
        var system = messages.Where(message => message.Role == "system").ToArray();
        WarnOfMedia(draft, system.Length > 0 ? system : messages, "The agent");
        return SourcedText.Joined((system.Length > 0 ? system : messages).Select(message => TemplateMessages.Text(message.Pieces, new(), "agent:" + agent.Prompt.Name).Trimmed()));
    }

    /// <summary>Another prompt than the draft's, rendered with the values that it was given. Values of the turn may be meant for the draft's own, so this one need not declare them.</summary>
    private async ValueTask<IReadOnlyList<RenderedMessage>> OtherAsync(TurnDraft draft, UsedPrompt other, string typed, ModelInfo? model, CancellationToken cancellationToken)
    {
        var compiled = compiler.Compile(other.Prompt);
        var isOld = ReferenceEquals(other, draft.State.OpenedAgent); // what it was given then, the turn may say otherwise
        SettingsLayer[] its = [new() { Name = isOld ? "conversation" : "trigger", Variables = other.Variables }];
        var turn = draft.State.Layers.Where(layer => layer.Name is "trigger" or "request").Select(layer => layer with { Name = "turn" });
        var below = draft.State.Layers.Where(layer => layer.Name is not ("trigger" or "request"));
        SettingsLayer[] layers = isOld ? [.. turn, .. its, .. below] : [.. its, .. turn, .. below];
        var values = await ResolveAsync(draft, compiled.Needs, layers, model, cancellationToken);
        var context = new TemplateContext { Values = await InputsAsync(draft, compiled.Needs, values, model, cancellationToken), Input = typed, Time = time, Wrote = SecretPieces.Of(draft, values) };
        var rendered = RenderedMessages.Of(compiled.Render(await ContextAsync(draft, other.Prompt.Prompt, compiled, context, cancellationToken)));
        return (await PromptMedia.LoadAsync(rendered, _ => true, loading, draft, model, cancellationToken)).Messages;
    }

    /// <summary>System text is text: what a model should see has to stand in a message of the user's.</summary>
    private static void WarnOfMedia(TurnDraft draft, IEnumerable<RenderedMessage> messages, string where)
    {
        var media = messages.SelectMany(message => message.Pieces).Count(piece => piece.Kind == PieceKind.Media);
        if (media > 0) draft.Warn("system_media", $"{where} holds {(media == 1 ? "an image or file" : $"{media} images or files")}, which no model takes there; left out. Move it into a message with the role user.");
    }

    private async ValueTask<ResolvedVariables> ResolveAsync(TurnDraft draft, VariableNeeds needs, IReadOnlyList<SettingsLayer> layers, ModelInfo? model, CancellationToken cancellationToken)
    {
        needs = await secrets.WithSharedAsync(needs, layers, cancellationToken);
        var context = new VariableContext
        {
            OpenedAt = draft.OpenedAt,
            TimeZone = draft.Request.TimeZone,
            UsualTimeZone = draft.Conversation.TimeZone,
            UserName = draft.Request.User,
            ConversationId = draft.Conversation.Id,
            TurnNumber = draft.Number,
            Model = model?.Id ?? draft.Model,
        };
        var resolved = await variables.ResolveAsync(needs, layers, context, cancellationToken);
        foreach (var warning in resolved.Warnings) draft.Warn(warning.Code, warning.Message, warning.Span);
        foreach (var slot in needs.Slots)
        {
            if (!slot.Definition.Secret) continue;
            if (resolved.Values.TryGetValue(slot.Definition.Name, out var secret)) draft.Trace.Hide(secret);
            foreach (var layer in layers) if (layer.Variables.TryGetValue(slot.Definition.Name, out var lost)) draft.Trace.Hide(lost);
        }
        foreach (var (name, value, layer) in resolved.Winners()) draft.Trace.Record("variables." + name, null, value, layer);
        return resolved;
    }

    /// <summary>The values as templates see them. The text of a secret file is as secret as what names it.</summary>
    private async ValueTask<Dictionary<string, object?>> InputsAsync(TurnDraft draft, VariableNeeds needs, ResolvedVariables values, ModelInfo? model, CancellationToken cancellationToken)
    {
        var inputs = await files.ValuesAsync(needs, values, model, cancellationToken);
        foreach (var name in values.Secrets) if (inputs.GetValueOrDefault(name) is MediaValue { Text: { } text }) draft.Trace.HideText(text);
        return inputs;
    }

    private async ValueTask<TemplateContext> ContextAsync(TurnDraft draft, Prompt prompt, CompiledPrompt compiled, TemplateContext context, CancellationToken cancellationToken)
    {
        context = context with { Partials = compiled.Partial };
        if (!compiled.ReadsContext) return context;
        if (draft.State.Conversation.Variables is { Count: > 0 } state && await secrets.ReadAsync(cancellationToken) is { Count: > 0 } names)
            foreach (var (name, value) in state) if (names.Contains(name)) draft.Trace.Hide(value); // @state reads them without asking for a variable
        return context with { Data = TemplateData.Of(draft, prompt) };
    }

    private static UserTemplate Place(RenderedMessage message, SourcedText typed, string source)
    {
        var at = message.Pieces.ToList().FindIndex(piece => piece.Kind == PieceKind.Input);
        return at < 0
            ? new(TemplateMessages.Parts(message.Pieces, new(), source), [], HasInput: false)
            : new(TemplateMessages.Parts(message.Pieces.Take(at), new(), source), TemplateMessages.Parts(message.Pieces.Skip(at + 1), typed, source), HasInput: true);
    }
}
