using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Tools;

/// <summary>Door 5: the names that the layers chose become tools. Late, so that whatever triggers and middleware said still counts.</summary>
public sealed class ToolResolver(ToolCatalog catalog, IOptions<ToolOptions> options)
{
    private readonly RecentChoices _recent = new();

    /// <summary>The tools that the turn offers, each with what becomes of its calls.</summary>
    /// <param name="draft">The turn.</param>
    /// <param name="model">What is known of its model: one that cannot search the web is offered the tool for it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public async ValueTask<OfferedTools> ResolveAsync(TurnDraft draft, ModelInfo? model, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var layers = draft.State.Layers.Reverse().ToArray();
        var parameters = draft.Parameters;
        var required = parameters.ToolChoice is { } choice && choice is not ("auto" or "none" or "required") ? choice : null;
        var searches = SearchTool.IsNeeded(parameters, model);
        var approved = draft.Answers.Where(answered => answered.Call.Kind == OpenCall.Approval && answered.Answer.Approved == true).Select(answered => answered.Call).ToArray();
        var narrowed = draft.Request.OnlyTools ?? [];
        if (required is null && !searches && approved.Length == 0 && narrowed.Count == 0 && layers.All(layer => layer.Tools.IsEmpty)) return OfferedTools.None;

        var brought = draft.BroughtTools();
        var failed = new List<string>();
        var known = await catalog.ListAsync(Wanted(brought, layers, [.. approved.Select(call => call.Tool ?? call.Name), .. narrowed, .. required is null ? [] : (string[])[required], .. searches ? (string[])[SearchTool.Name] : []]), (source, error) =>
        {
            failed.Add(source);
            draft.Warn("tool_source_failed", $"The tools of \"{source}\" are missing from this turn: {error.Message}");
        }, cancellationToken);
        IReadOnlyList<KnownTool> replaced = [];
        if (brought.Count > 0) (known, replaced) = WithClientTools(known, brought);
        var selection = new ToolSelection(known, replaced, catalog.Groups, failed, message => draft.Warn("tool_not_found", message));
        foreach (var layer in layers) selection.Apply(layer.Tools, layer.Name);
        if (draft.Request.OnlyTools is { } only) selection.Narrow(only);
        selection.Keep(approved); // what was approved can run, though nobody names it again
        if (searches) selection.Offer(SearchTool.Name);
        if (required is not null) selection.Require(required, layers.Last(layer => layer.Parameters.ToolChoice is not null).Name);
        var offered = selection.Chosen();
        if (offered.Length == 0) return OfferedTools.None;

        var approvals = new ApprovalPolicy(draft, options.Value);
        for (var i = 0; i < offered.Length; i++)
        {
            var tool = offered[i] = approvals.Decided(offered[i]);
            draft.Trace.Record(tool.Decision == ToolDecision.Allow ? tool.Told : tool.Told with { After = $"offered, calls: {tool.Decision.ToString().ToLowerInvariant()}" });
            if (ToolSchemas.LeftOut(tool.Function.JsonSchema) is { Count: > 0 } leftOut) draft.Trace.Record($"tools.{tool.Name}.schema", leftOut, null, "model");
        }
        return _recent.Of(offered);
    }

    /// <summary>The names that are looked for; null when globs among them ask for whatever there is.</summary>
    private static string[]? Wanted(List<ClientTool> brought, SettingsLayer[] layers, string[] also)
    {
        var here = brought.Select(tool => tool.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = layers.SelectMany(layer => (layer.Tools.Only ?? []).Concat(layer.Tools.Add)).Concat(also).Where(name => !here.Contains(name)).ToArray();
        return names.Any(ToolGlob.Is) ? null : names;
    }

    /// <summary>The tools of a turn that waited, under the same names. One that is not there any more stays offered, and fails when it is called.</summary>
    /// <param name="request">What was sent to the model.</param>
    /// <param name="tools">The tools as they were offered.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<OfferedTools> ReviveAsync(ModelRequest request, IReadOnlyList<WaitingTool> tools, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(tools);
        if (tools.Count == 0) return OfferedTools.None;
        var known = await catalog.ListAsync(null, cancellationToken);
        return new([.. tools.Select((tool, i) => new KnownTool(tool.Name, tool.Source, Function(known, tool, request.Tools[i])) { Own = tool.Function, IsClient = tool.IsClient, Decision = tool.Decision, Reason = tool.Reason })]);
    }

    /// <summary>The tools that another turn offered, as it told the model of them, with what becomes of their calls now. One that is not there any more stays offered, and fails when it is called.</summary>
    /// <param name="draft">The turn that offers them again.</param>
    /// <param name="sent">What was sent to the model.</param>
    /// <param name="names">Their names, in the same order.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async ValueTask<OfferedTools> RepeatAsync(TurnDraft draft, ModelRequest sent, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (sent.Tools.Count == 0) return OfferedTools.None;
        var known = await catalog.ListAsync(null, cancellationToken);
        if (draft.BroughtTools() is { Count: > 0 } brought) known = WithClientTools(known, brought).Known;
        var approvals = new ApprovalPolicy(draft, options.Value);
        return new([.. sent.Tools.Select((offered, i) => approvals.Decided(Again(offered, names.Count == sent.Tools.Count ? names[i] : offered.Name)))]);

        KnownTool Again(AIFunctionDeclaration offered, string name) => known.FirstOrDefault(tool => tool.Name == name) switch
        {
            null => new(name, "turnpike", new GoneFunction(offered, name)),
            { IsClient: true } found => found,
            var found => found with { Function = new OfferedFunction(found.Function, offered) },
        };
    }

    private static AIFunction Function(IReadOnlyList<KnownTool> known, WaitingTool tool, AIFunctionDeclaration offered)
    {
        if (tool.IsClient) return new ClientFunction(new() { Name = tool.Name, Description = offered.Description, Schema = offered.JsonSchema, Strict = offered.AdditionalProperties.TryGetValue("strict", out var strict) ? strict as bool? : null });
        var found = known.FirstOrDefault(one => one.Source == tool.Source && one.Own == tool.Function);
        return found is null ? new GoneFunction(offered, tool.Source) : new OfferedFunction(found.Function, offered);
    }

    private static (List<KnownTool> Known, List<KnownTool> Replaced) WithClientTools(IReadOnlyList<KnownTool> known, List<ClientTool> tools)
    {
        var names = tools.Select(tool => tool.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var brought = tools.Select(tool => new KnownTool(tool.Name, ClientFunction.Source, new ClientFunction(tool)) { IsClient = true });
        return ([.. known.Where(tool => !names.Contains(tool.Name)).Concat(brought).OrderBy(tool => tool.Name, StringComparer.Ordinal)], [.. known.Where(tool => names.Contains(tool.Name))]);
    }
}
