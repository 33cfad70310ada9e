using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Server.Api;

/// <summary>A conversation's variables as its next turn would see them.</summary>
internal sealed class ConversationVariables(VariableResolver variables, PromptCompiler compiler, SharedLayers shared, TimeProvider time)
{
    /// <summary>Explains each variable. Values that do not fit are refused; missing ones are not yet.</summary>
    /// <exception cref="TurnException"><c>variable_invalid</c>.</exception>
    public async ValueTask<IReadOnlyDictionary<string, VariableExplanation>> ExplainAsync(HttpContext http, Conversation conversation)
    {
        var (organization, user) = (Caller.Organization(http), Caller.User(http));
        var below = await shared.ReadAsync(conversation.Project, organization, user, http.RequestAborted) ?? (await shared.ReadAsync(null, organization, user, http.RequestAborted))!;
        SettingsLayer[] layers = [new() { Name = "conversation", Variables = conversation.Variables }, .. below];
        var used = conversation.Prompt is null ? [] : compiler.Compile(new(conversation.Prompt)).UsedNames;
        var needs = new VariableNeeds(conversation.Prompt?.Variables ?? [], [.. used.Union(layers.SelectMany(layer => layer.Variables.Keys))], infer: true);
        var context = new VariableContext { OpenedAt = time.GetUtcNow(), ConversationId = conversation.Id, TurnNumber = 1, Model = conversation.Model };
        var resolved = await variables.InspectAsync(needs, layers, context, http.RequestAborted);
        if (resolved.Faults?.Invalid is { Count: > 0 } invalid) throw new TurnException(TurnErrorCode.VariableInvalid, string.Join(' ', invalid.Select(fault => fault.Message))) { Variables = invalid, Field = "variables" };
        return resolved.Explain();
    }
}
