using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Prompts;

/// <summary>Puts a prompt together in C#, one line a thing. It can be built any number of times.</summary>
/// <param name="key">The key to save it under; empty for an object that is only run.</param>
public sealed class PromptBuilder(string key = "")
{
    private readonly List<PromptMessage> _messages = [];
    private readonly List<VariableDefinition> _variables = [];
    private Prompt _prompt = new() { Key = key };

    /// <summary>Names it for people.</summary>
    public PromptBuilder Title(string title) => Set(_prompt with { Title = title });

    /// <summary>Says what it is for.</summary>
    public PromptBuilder Description(string description) => Set(_prompt with { Description = description });

    /// <summary>Adds words to find it by.</summary>
    public PromptBuilder Tags(params IEnumerable<string> tags) => Set(_prompt with { Tags = [.. _prompt.Tags, .. tags] });

    /// <summary>Adds a system message.</summary>
    public PromptBuilder System(string template) => Message("system", template);

    /// <summary>Adds a message of the user's; when it is the last one, what is typed is merged into it.</summary>
    public PromptBuilder User(string template) => Message("user", template);

    /// <summary>Adds a message of the model's: an example.</summary>
    public PromptBuilder Assistant(string template) => Message("assistant", template);

    /// <summary>Marks the place of the conversation's history.</summary>
    public PromptBuilder History()
    {
        _messages.Add(new() { Role = "history" });
        return this;
    }

    /// <summary>Adds a message.</summary>
    /// <param name="role"><c>system, user</c> or <c>assistant</c>.</param>
    /// <param name="parts">Its parts: texts and media.</param>
    public PromptBuilder Message(string role, params IEnumerable<PromptPart> parts)
    {
        _messages.Add(new() { Role = role, Content = [.. parts] });
        return this;
    }

    /// <summary>Declares a variable.</summary>
    /// <param name="name">Letters, digits and <c>_</c>.</param>
    /// <param name="type">What it holds.</param>
    /// <param name="required">Whether a turn without a value is refused.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="more">Sets the rest: default, constraints, how a form asks.</param>
    public PromptBuilder Variable(string name, VariableType type = VariableType.String, bool required = false, string? description = null, Func<VariableDefinition, VariableDefinition>? more = null)
    {
        var variable = new VariableDefinition { Name = name, Type = type, Required = required, Description = description };
        _variables.Add(more is null ? variable : more(variable));
        return this;
    }

    /// <summary>Chooses the model.</summary>
    /// <param name="model"><c>provider/model</c>.</param>
    /// <param name="fallback">Models tried in order when it cannot answer.</param>
    public PromptBuilder Model(string model, params IEnumerable<string> fallback) => Set(_prompt with { Model = model, Fallback = [.. fallback] });

    /// <summary>Sets parameters.</summary>
    public PromptBuilder Parameters(TurnParameters parameters) => Set(_prompt with { Parameters = parameters });

    /// <summary>Offers tools, by name or glob.</summary>
    public PromptBuilder Tools(params IEnumerable<string> tools) => Set(_prompt with { Tools = [.. _prompt.Tools, .. tools] });

    /// <summary>Decides what becomes of calls of a tool.</summary>
    public PromptBuilder Approval(string tool, ToolDecision decision) =>
        Set(_prompt with { Approval = new Dictionary<string, ToolDecision>(_prompt.Approval ?? new Dictionary<string, ToolDecision>(), StringComparer.Ordinal) { [tool] = decision } });

    /// <summary>Applies rules, by id or name; <c>tag:name</c> stands for a tag's.</summary>
    public PromptBuilder Rules(params IEnumerable<string> rules) => Set(_prompt with { Rules = [.. _prompt.Rules, .. rules] });

    /// <summary>Attaches something to every conversation started from it.</summary>
    public PromptBuilder Resource(ResourceInput resource) => Set(_prompt with { Resources = [.. _prompt.Resources, resource] });

    /// <summary>Wants an answer that fits a JSON Schema.</summary>
    public PromptBuilder Output(JsonElement schema) => Set(_prompt with { Output = new(schema, "json") });

    /// <summary>Keeps something of your own beside it.</summary>
    public PromptBuilder Metadata(string name, JsonNode? value)
    {
        var metadata = _prompt.Metadata?.DeepClone().AsObject() ?? [];
        metadata[name] = value?.DeepClone();
        return Set(_prompt with { Metadata = metadata });
    }

    /// <summary>The prompt, checked as it is checked when it is saved; partials that it includes are looked for then.</summary>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit, variable_invalid</c>.</exception>
    public Prompt Build()
    {
        var prompt = _prompt with { Messages = [.. _messages], Variables = [.. _variables] };
        PromptRules.CheckForm(key.Length == 0 ? prompt with { Key = "unsaved" } : prompt);
        if (Variables.VariableDefinitionCheck.Check(prompt.Variables) is { Count: > 0 } faults)
            throw VariableFaults.ToException(TurnErrorCode.VariableInvalid, faults, "variables");
        _ = CompiledPrompt.TemplatesOf(prompt).Count();
        return prompt;
    }

    private PromptBuilder Message(string role, string template) => Message(role, new PromptPart { Type = "text", Text = template });

    private PromptBuilder Set(Prompt prompt)
    {
        _prompt = prompt;
        return this;
    }
}
