using System.Text.Json;
using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>A conversation's variables as its next turn would see them, and changes to them.</summary>
internal sealed class ConversationVariables(VariableResolver variables, PromptCompiler compiler, SharedLayers shared, SecretNames secrets, ITurnStore turns, ModelCatalog models, TimeProvider time)
{
    private const int Longest = 1_000_000;

    /// <summary>Each variable with its value, all its layers, and what is wrong with it.</summary>
    /// <exception cref="TurnException"><c>template_invalid, template_limit</c>.</exception>
    public async ValueTask<IReadOnlyDictionary<string, VariableExplanation>> ExplainAsync(HttpContext http, Conversation conversation) => (await InspectAsync(http, conversation, "conversation")).Explain();

    /// <summary>Refuses values that do not fit; values that are missing may still come.</summary>
    /// <exception cref="TurnException"><c>variable_invalid</c>, all at once; <c>template_invalid, template_limit</c>.</exception>
    public async ValueTask CheckAsync(HttpContext http, Conversation conversation)
    {
        if ((await InspectAsync(http, conversation, "conversation:given")).Faults?.Invalid is not { Count: > 0 } invalid) return;
        throw new TurnException(TurnErrorCode.VariableInvalid, string.Join(' ', invalid.Select(fault => fault.Message))) { Variables = invalid, Field = "variables" };
    }

    /// <summary>The conversation with values set, and those that are null unset.</summary>
    public static Conversation With(Conversation conversation, IReadOnlyDictionary<string, JsonElement> changes, DateTimeOffset now)
    {
        if (changes.Count == 0) return conversation; // also of values that cannot be opened now
        var values = new Dictionary<string, JsonElement>(conversation.Variables);
        foreach (var (name, value) in SecretNames.Kept(changes, conversation.Variables))
        {
            if (value.ValueKind == JsonValueKind.Null) values.Remove(name);
            else values[name] = value;
        }
        return conversation with { Variables = values, UpdatedAt = now };
    }

    private async ValueTask<ResolvedVariables> InspectAsync(HttpContext http, Conversation conversation, string name)
    {
        var (organization, user) = (Caller.Organization(http), Caller.User(http));
        var below = await shared.ReadAsync(conversation.Project, organization, user, http.RequestAborted) ?? (await shared.ReadAsync(null, organization, user, http.RequestAborted))!;
        SettingsLayer[] layers = [new() { Name = name, Variables = conversation.Variables }, .. below];
        var used = conversation.Prompt is null ? [] : compiler.Compile(new(conversation.Prompt)).UsedNames;
        var asked = new VariableNeeds(conversation.Prompt?.Variables ?? [], [.. used.Union(layers.SelectMany(layer => layer.Variables.Keys))], infer: true);
        var needs = await secrets.WithSharedAsync(asked, layers, http.RequestAborted); // what is shared may be another prompt's secret
        var context = new VariableContext
        {
            OpenedAt = time.GetUtcNow(),
            UsualTimeZone = conversation.TimeZone,
            UserName = user,
            ConversationId = conversation.Id,
            TurnNumber = await NextNumberAsync(conversation, http.RequestAborted),
            Model = await ModelAsync(conversation, below, http.RequestAborted),
        };
        return await variables.InspectAsync(needs, layers, context, http.RequestAborted);
    }

    /// <summary>The number of the next turn of the shown branch.</summary>
    private async ValueTask<int> NextNumberAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        if (conversation.Head is not { } head) return 1;
        return await turns.FindAsync(head, cancellationToken) is { Number: > 0 and var number } ? number + 1 : (await turns.PathIdsAsync(head, Longest, cancellationToken)).Count + 1;
    }

    /// <summary>The model that the next turn asks, by its full id; as it is named where it cannot be asked.</summary>
    private async ValueTask<string> ModelAsync(Conversation conversation, IReadOnlyList<SettingsLayer> below, CancellationToken cancellationToken)
    {
        var named = conversation.Model ?? conversation.Agent?.Prompt.Model ?? conversation.Prompt?.Model ?? below.FirstOrDefault(layer => layer.Model is not null)?.Model ?? models.Default;
        try
        {
            return (await models.ChooseAsync(named, cancellationToken)).Id;
        }
        catch (TurnException)
        {
            return named;
        }
    }
}
