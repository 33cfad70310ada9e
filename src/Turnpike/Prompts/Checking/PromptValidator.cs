using System.IO.Enumeration;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Imports;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;
using Tag = Turnpike.Turns.Settings.Tag;

namespace Turnpike.Prompts.Checking;

/// <summary>Finds everything that is to be said about a prompt before it is saved or run. Nothing is kept and nothing is sent.</summary>
public sealed class PromptValidator(PartialLoader partials, VariableResolver variables, ToolCatalog tools, ModelCatalog models, ISettingsStore settings, IFileStore files, IEnumerable<IResourceLoader> loaders)
{
    /// <summary>All issues of a prompt that was perhaps never saved.</summary>
    public Task<PromptReview> ReviewAsync(Prompt prompt, CancellationToken cancellationToken) => ReviewAsync(prompt, bringsPartials: false, cancellationToken);

    /// <summary>All issues of a prompt that was perhaps never saved.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="bringsPartials">Whether the partials that it brings along count before those that are kept, as they do when it runs; false: all are looked for again, as they are when it is saved.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<PromptReview> ReviewAsync(Prompt prompt, bool bringsPartials, CancellationToken cancellationToken) => ReviewAsync(prompt, bringsPartials, [], cancellationToken);

    /// <summary>The same of a prompt object as it was written: parameters and types that there are not are issues among the others.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="bringsPartials">Whether the partials that it brings along count before those that are kept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="System.Text.Json.JsonException">It is no JSON, or no prompt object.</exception>
    public Task<PromptReview> ReviewAsync(ReadOnlyMemory<byte> json, bool bringsPartials, CancellationToken cancellationToken)
    {
        var issues = new List<PromptIssue>();
        return ReviewAsync(WrittenPrompt.Read(json, issues), bringsPartials, issues, cancellationToken);
    }

    /// <summary>The same of a <c>.prompt</c> file.</summary>
    /// <param name="file">Its text.</param>
    /// <param name="key">The key of the prompt; null: the front matter's, if it says one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>request_invalid</c> with line and column: it is no such file.</exception>
    public Task<PromptReview> ReviewFileAsync(string file, string? key, CancellationToken cancellationToken)
    {
        var issues = new List<PromptIssue>();
        var prompt = PromptFile.Read(file, new() { Key = key, Fault = Hear }).Prompt;
        return ReviewAsync(prompt, bringsPartials: false, issues, cancellationToken);

        void Hear(TurnException fault)
        {
            if (fault.Field != "file") issues.Add(WrittenPrompt.Issue(fault)); // a body that is no template is told with the review of the body
        }
    }

    private async Task<PromptReview> ReviewAsync(Prompt prompt, bool bringsPartials, List<PromptIssue> issues, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        PromptRules.RefuseNulls(prompt);
        var computed = variables.ComputedNames.ToHashSet(StringComparer.Ordinal);
        Form(prompt, issues);
        var text = new TextReview(prompt, computed, issues.Add);
        text.Run();
        await PartialsAsync(prompt, bringsPartials, text, computed, issues, cancellationToken);
        var use = Use(prompt, text.Used, computed);
        VariableReview.Run(prompt, use, issues.Add);
        foreach (var fault in ClientToolRules.Faults(prompt.ClientTools ?? [])) issues.Add(new("client_tool_invalid", IssueSeverity.Error, fault.Message, fault.Field!));
        await ResourcesAsync(prompt, issues, cancellationToken);
        await ToolsAsync(prompt, issues, cancellationToken);
        await RulesAsync(prompt, issues, cancellationToken);
        await ModelsAsync(prompt, issues, cancellationToken);
        return new([.. issues.OrderBy(issue => issue.Severity)], use);
    }

    /// <summary>The issues of the tools and rules that a prompt names. It can be kept with them, for they may come later; until then no turn runs with it.</summary>
    internal async Task<IReadOnlyList<PromptIssue>> NamedAsync(Prompt prompt, CancellationToken cancellationToken)
    {
        PromptRules.RefuseNulls(prompt);
        var issues = new List<PromptIssue>();
        await ToolsAsync(prompt, issues, cancellationToken);
        await RulesAsync(prompt, issues, cancellationToken);
        return issues;
    }

    /// <summary>Whether a model can be chosen by a name, now or when its provider answers again.</summary>
    internal async Task<bool> IsModelAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await models.ChooseAsync(name, cancellationToken);
            return true;
        }
        catch (TurnException error)
        {
            return error.Code != TurnErrorCode.ModelUnknown;
        }
    }

    private static void Form(Prompt prompt, List<PromptIssue> issues)
    {
        if (prompt.Key.Length > 0 && !PromptRules.IsKey(prompt.Key)) issues.Add(new("key_invalid", IssueSeverity.Error, $"\"{prompt.Key}\" cannot be a key: {PromptRules.KeyWords}.", "key") { Name = prompt.Key, Fix = FoundPrompt.KeyOf(prompt.Key) is var key && PromptRules.IsKey(key) ? new($"Write \"{key}\".", key) : null });
        if (prompt.Body is null && prompt.Messages.Count == 0) issues.Add(new("messages_missing", IssueSeverity.Error, "A prompt needs at least one message.", "messages") { Fix = new("Add a message, for example one of the role user.") });
        if (prompt.Body is not null && prompt.Messages.Count > 0) issues.Add(new("body_and_messages", IssueSeverity.Error, "A prompt has either \"messages\" or \"body\".", "body") { Fix = new("Take one of the two out.") });
        foreach (var fault in PromptForm.Faults(prompt)) issues.Add(new(fault.Code, IssueSeverity.Error, fault.Message, fault.Field) { Name = fault.Name, Fix = fault.Near is { } near ? new($"Write \"{near}\".", near) : null });
        foreach (var fault in PromptRules.OutputFaults(prompt)) issues.Add(new("output_invalid", IssueSeverity.Error, fault, "output.schema"));
        foreach (var (name, fault) in OwnMembers.Of(prompt.Parameters)) issues.Add(new("parameter_invalid", IssueSeverity.Error, fault, "parameters.providerOptions." + name) { Name = name, Fix = new("Take it out.") });
        for (var i = 0; i < prompt.Messages.Count; i++)
            if (prompt.Messages[i] is { Role: not "history", Content.Count: 0 }) issues.Add(new("message_empty", IssueSeverity.Warning, $"Message {i + 1} says nothing.", $"messages[{i}]") { Fix = new("Take it out.") });
    }

    private static PromptVariableUse Use(Prompt prompt, HashSet<string> used, HashSet<string> computed)
    {
        var declared = prompt.Variables.Select(variable => variable.Name).Distinct(StringComparer.Ordinal).ToArray();
        return new([.. declared.Where(used.Contains)], [.. declared.Where(name => !used.Contains(name))], prompt.InferVariables ? [] : [.. used.Except(declared).Except(computed).Order(StringComparer.Ordinal)], [.. used.Where(computed.Contains).Except(declared).Order(StringComparer.Ordinal)]);
    }

    private async Task PartialsAsync(Prompt prompt, bool bringsPartials, TextReview text, HashSet<string> computed, List<PromptIssue> issues, CancellationToken cancellationToken)
    {
        if (text.Included.Count == 0 || issues.Any(issue => issue.Severity == IssueSeverity.Error && issue.Code is not ("variable_undefined" or "key_invalid" or "parameter_invalid" or "parameter_unknown" or "variable_invalid"))) return;
        try
        {
            var pinned = await partials.PinAsync(prompt, isAnew: !bringsPartials, cancellationToken);
            foreach (var (name, place) in text.Included.Where(one => pinned.Partials?.Any(partial => partial.Name == one.Key) != true).OrderBy(one => one.Key, StringComparer.Ordinal))
                issues.Add(new("include_unknown", IssueSeverity.Error, $"There is no partial \"{name}\"; it would be a prompt with the key \"_{name}\", in the same folder or above.", place.Path) { Name = name, Span = place.Span, Fix = new($"Save a prompt with the key \"_{name}\", or take the inclusion out.") });
            foreach (var name in new CompiledPrompt(pinned).UsedNames.Where(text.Used.Add))
            {
                if (!prompt.InferVariables && !computed.Contains(name) && !prompt.Variables.Any(variable => variable.Name == name))
                    issues.Add(new("variable_undefined", IssueSeverity.Error, $"A partial uses variable \"{name}\", and nobody declares or computes it.", "variables") { Name = name, Fix = new($"Declare \"{name}\" in \"variables\".") });
            }
        }
        catch (TurnException error)
        {
            var isCycle = error.Message.Contains("includes itself", StringComparison.Ordinal);
            var (name, place) = text.Included.FirstOrDefault(one => error.Message.Contains($"\"{one.Key}\"", StringComparison.Ordinal)) is { Key: not null } told ? told : text.Included.First();
            issues.Add(new(isCycle ? "include_cycle" : error.Code.Text(), IssueSeverity.Error, error.Message, place.Path) { Name = name, Span = place.Span, Fix = isCycle ? new("Take one of the inclusions out.") : null });
        }
    }

    /// <summary>What no turn can take; whether an address answers is not asked.</summary>
    private async Task ResourcesAsync(Prompt prompt, List<PromptIssue> issues, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var kinds = ResourceKinds.Known.Concat(loaders.Select(loader => loader.Kind)).ToArray();
        for (var i = 0; i < prompt.Resources.Count; i++)
        {
            var resource = prompt.Resources[i];
            var name = resource.Title ?? resource.Id;
            if (resource.Id is { } id && !seen.Add(id)) issues.Add(new("resource_invalid", IssueSeverity.Error, $"Two resources have the id \"{id}\".", $"resources[{i}].id") { Name = name, Fix = new("Give one of them another id, or none.") });
            try
            {
                ResourceRules.CheckForm(resource);
                if (resource.Kind is { Length: > 0 } kind && !kinds.Contains(kind) && Nearest.To(kind, kinds) is { } meant)
                    issues.Add(new("resource_kind_unknown", IssueSeverity.Warning, $"Nothing here knows resources of the kind \"{kind}\"; it would be read as plain text. Did you mean \"{meant}\"?", $"resources[{i}].kind") { Name = kind, Fix = new($"Write \"{meant}\".", meant) });
                if (resource.File is { } file && await files.FindAsync(file, cancellationToken) is null) issues.Add(new("resource_invalid", IssueSeverity.Error, $"There is no uploaded file \"{file}\".", $"resources[{i}].file") { Name = name ?? file, Fix = new("Upload the file and write its id.") });
            }
            catch (TurnException error)
            {
                issues.Add(new("resource_invalid", IssueSeverity.Error, error.Message, $"resources[{i}]") { Name = name });
            }
        }
    }

    private async Task ToolsAsync(Prompt prompt, List<PromptIssue> issues, CancellationToken cancellationToken)
    {
        var choice = prompt.Parameters?.ToolChoice is { } asked and not ("auto" or "none" or "required") ? asked : null;
        var selection = prompt.ToolSelection;
        var named = (selection.Only ?? []).Select((name, i) => (Name: name, Path: $"tools.only[{i}]")).Concat(prompt.Tools.Select((name, i) => (Name: name, Path: selection.AddsOnly ? $"tools[{i}]" : $"tools.add[{i}]"))).ToArray();
        if (named.Length == 0 && choice is null) return;
        var brought = (prompt.ClientTools ?? []).Select(tool => tool.Name);
        var known = (await tools.ListAsync((_, _) => { }, cancellationToken)).SelectMany(tool => (string[])[tool.Name, $"{tool.Source}.{tool.Function.Name}"]).Concat(brought).Concat(tools.Groups).ToArray();
        foreach (var (name, path) in named)
        {
            if (known.Any(one => FileSystemName.MatchesSimpleExpression(name, one))) continue;
            var isGlob = name.AsSpan().ContainsAny('*', '?');
            issues.Add(new("tool_unknown", isGlob ? IssueSeverity.Warning : IssueSeverity.Error, isGlob ? $"No tool fits \"{name}\" now." : $"There is no tool \"{name}\".{Nearest.Hint(name, known)}", path) { Name = name, Fix = Fix(name, known) });
        }
        if (choice is not null && !known.Contains(choice)) issues.Add(new("tool_unknown", IssueSeverity.Error, $"There is no tool \"{choice}\" to be chosen.{Nearest.Hint(choice, known)}", "parameters.toolChoice") { Name = choice, Fix = Fix(choice, known) });
    }

    private async Task RulesAsync(Prompt prompt, List<PromptIssue> issues, CancellationToken cancellationToken)
    {
        for (var i = 0; i < prompt.Rules.Count; i++)
        {
            var name = prompt.Rules[i];
            var isTag = name.StartsWith(Tag.Prefix, StringComparison.Ordinal);
            if (isTag ? await settings.TaggedAsync(name[Tag.Prefix.Length..], cancellationToken) is not null : await settings.FindRuleAsync(name, cancellationToken) is not null) continue;
            var known = isTag ? [] : await settings.RuleNamesAsync(cancellationToken);
            issues.Add(new("rule_not_found", IssueSeverity.Error, isTag ? $"There is no tag \"{name[Tag.Prefix.Length..]}\"." : $"There is no rule \"{name}\".{Nearest.Hint(name, known)}", $"rules[{i}]") { Name = name, Fix = Fix(name, known) });
        }
    }

    private async Task ModelsAsync(Prompt prompt, List<PromptIssue> issues, CancellationToken cancellationToken)
    {
        var named = prompt.Fallback.Select((model, i) => (Model: model, Path: $"fallback[{i}]"));
        foreach (var (model, path) in prompt.Model is null ? named : named.Prepend((prompt.Model, "model")))
        {
            try
            {
                var chosen = await models.ChooseAsync(model, cancellationToken);
                if (path != "model" || chosen.Info?.Parameters is not { } takes || prompt.Parameters is not { } parameters) continue;
                foreach (var parameter in ParameterTable.All.Where(parameter => parameter.Of(parameters) is not null && !takes.Contains(parameter.Name) && parameter.Name is not "maxSteps"))
                    issues.Add(new("parameter_unsupported", IssueSeverity.Warning, $"Model \"{chosen.Id}\" does not take \"{parameter.Name}\"; it is left out.", "parameters." + parameter.Name) { Name = parameter.Name, Fix = new("Take it out, or choose another model.") });
            }
            catch (TurnException error)
            {
                var known = (await models.ListAsync(null, cancellationToken)).Select(one => one.Id).Concat(models.Aliases.Keys).ToArray();
                issues.Add(new(error.Code.Text(), IssueSeverity.Error, error.Message, path) { Name = model, Fix = Fix(model, known) });
            }
        }
    }

    private static IssueFix? Fix(string name, IReadOnlyCollection<string> known) => Nearest.To(name, known) is { } near ? new($"Write \"{near}\".", near) : null;
}
