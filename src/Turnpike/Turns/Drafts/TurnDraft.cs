using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Drafts;

/// <summary>
/// A turn while it may change: the second of its five shapes and the only mutable one. Whoever writes has been named by the corridor
/// (<see cref="As"/>), so each change is recorded with its source; after middleware the draft is sealed and a late write throws
/// <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class TurnDraft(TurnRequest request, Conversation conversation, ResolvedPrompt? prompt, DraftState opened, TurnTrace trace)
{
    private readonly List<TurnWarning> _warnings = [];
    private readonly List<TriggerRecord> _triggers = [];
    private DraftState _state = opened;
    private ChangeSource _source = new("opening");
    private bool _sealed;
    private IReadOnlyList<Turn> _history = [];

    /// <summary>The turn's id.</summary>
    public string Id { get; init; } = Ids.New("turn");
    /// <summary>The turn as it was submitted.</summary>
    public TurnRequest Request => request;
    /// <summary>The conversation as it was when the turn was opened.</summary>
    public Conversation Conversation => conversation;
    /// <summary>Whether the conversation is not kept yet.</summary>
    public bool IsNewConversation { get; init; }
    /// <summary>The turn that this one answers to, if any.</summary>
    public string? Parent { get; init; }
    /// <summary>The turns before this one on its branch, oldest first: the newest of them, until more are needed.</summary>
    public IReadOnlyList<Turn> History { get => _history; init => _history = value; }
    /// <summary>The last of them, when it is kept only together with this one: the messages of <see cref="TurnRequest.Between"/>.</summary>
    internal Turn? Between { get; init; }
    /// <summary>The turn whose request is sent once more, with its secrets; null when the request is made.</summary>
    internal Turn? Again { get; init; }
    /// <summary>The most of them that are read.</summary>
    public int MostHistory { get; init; } = int.MaxValue;
    /// <summary>Whether there are turns before those that were read.</summary>
    public bool HasEarlier => IsCut(_history, MostHistory);
    /// <summary>Which turn of its branch it is, from 1.</summary>
    public int Number { get; init; } = 1;
    /// <summary>Calls that the parent turn left open, with the answers that the request brings, in the order of the calls.</summary>
    public IReadOnlyList<AnsweredCall> Answers { get; init; } = [];
    /// <summary>The resources that the turn was opened with, before triggers and middleware.</summary>
    public IReadOnlyList<ResourceInput> Opened { get; } = opened.Resources;
    /// <summary>The prompt, resolved; null when there is none.</summary>
    public ResolvedPrompt? Prompt => prompt;
    /// <summary>Whether the turn's content is kept once it has ended, as the request or else the prompt says; null: nobody says.</summary>
    public bool? Store => request.Store ?? prompt?.Prompt.Store;
    /// <summary>What becomes of the turn when its client leaves, as the request or else the prompt says; null: nobody says.</summary>
    public OnDisconnect? OnDisconnect => request.OnDisconnect ?? prompt?.Prompt.OnDisconnect;
    /// <summary>The id of the project whose settings count; null when there is none.</summary>
    public string? Project { get; init; }
    /// <summary>When the turn was opened, UTC; dates that are computed come from it.</summary>
    public DateTimeOffset OpenedAt { get; init; }
    /// <summary>What each station changed.</summary>
    public TurnTrace Trace => trace;
    /// <summary>Everything that may change.</summary>
    public DraftState State => _state;
    /// <summary>What a person should know.</summary>
    public IReadOnlyList<TurnWarning> Warnings => _warnings;
    /// <summary>The triggers found in the typed text.</summary>
    public IReadOnlyList<TriggerRecord> Triggers => _triggers;

    /// <summary>The typed text as it stands now.</summary>
    public string Content => _state.Content;
    /// <summary>The prompts whose variables the turn's values are for: its own, its agent, and the one whose text takes the place of the typed text.</summary>
    internal IReadOnlyList<ResolvedPrompt> Prompts => [.. ((ResolvedPrompt?[])[prompt, _state.Agent?.Prompt, _state.Used?.Prompt]).OfType<ResolvedPrompt>()];
    /// <summary>The model that the layers give; null when none says one.</summary>
    public string? Model => _state.Model;
    /// <summary>The parameters that the layers give together.</summary>
    public TurnParameters Parameters => _state.Parameters;

    /// <summary>Names who writes from now on. For the corridor's doors, which name triggers and middleware before they call them.</summary>
    public void As(ChangeSource source) => _source = source;

    /// <summary>Ends all writing.</summary>
    public void Seal() => _sealed = true;

    /// <summary>Whether there are turns before those that were read of a path of which so many are.</summary>
    internal static bool IsCut(IReadOnlyList<Turn> read, int most) => read.Count > 0 && read.Count < most && read[0].Parent is not null;

    /// <summary>Puts turns before those that were read; no turns: there are none.</summary>
    internal void Extend(IReadOnlyList<Turn> earlier) => _history = earlier.Count == 0 ? [_history[0] with { Parent = null }, .. _history.Skip(1)] : [.. earlier, .. _history];

    /// <summary>A point to come back to with <see cref="Rollback"/>.</summary>
    internal DraftMark Mark() => new(_state, trace.Changes.Count, _warnings.Count);

    /// <summary>Undoes everything written after a point.</summary>
    internal void Rollback(DraftMark mark)
    {
        Guard();
        _state = mark.State;
        trace.Truncate(mark.Changes);
        _warnings.RemoveRange(mark.Warnings, _warnings.Count - mark.Warnings);
        trace.TruncateWarnings(mark.Warnings);
    }

    /// <summary>Adds a warning. Allowed after sealing too: stations warn on their way.</summary>
    public void Warn(string code, string message, TextSpan? span = null) => Warn(new TurnWarning(code, message, span, trace.Station));

    /// <summary>Takes back the warnings after a point, which stay on the trace: those of a turn that runs are its events.</summary>
    internal IReadOnlyList<TurnWarning> TakeWarnings(int from)
    {
        var taken = _warnings[from..];
        _warnings.RemoveRange(from, taken.Count);
        return [.. taken.Distinct().Where(one => !_warnings.Exists(told => (told.Code, told.Message) == (one.Code, one.Message)))];
    }

    private void Warn(TurnWarning warning)
    {
        _warnings.Add(warning);
        trace.Warn(warning);
    }

    /// <summary>Refuses the turn: <c>rejected</c> with the reason.</summary>
    /// <exception cref="TurnException">Always.</exception>
    public void Refuse(string reason) => throw new TurnException(TurnErrorCode.Rejected, $"{_source.Name} refused the turn: {reason}");

    /// <summary>Notes a trigger that stood in the text.</summary>
    internal void Note(TriggerRecord trigger) => _triggers.Add(trigger);

    /// <summary>Replaces the typed text.</summary>
    public void SetContent(string content)
    {
        if (content == _state.Content) return;
        Write(_state with { Content = content }, "content", _state.Content, content);
    }

    /// <summary>Chooses the turn's model.</summary>
    public void UseModel(string model) => WriteLayer(layer => layer with { Model = model }, "model", _state.Model, model);

    /// <summary>Sets a parameter of the turn by its name or an alias.</summary>
    /// <exception cref="TurnException"><c>parameter_unknown</c>, or <c>parameter_invalid</c> with the range.</exception>
    public void SetParameter(string name, JsonElement value)
    {
        var parameter = ParameterTable.Get(name);
        var parsed = parameter.Parse(value);
        WriteLayer(layer => layer with { Parameters = parameter.With(layer.Parameters, parsed) }, "parameters." + parameter.Name, parameter.Of(_state.Parameters), parsed);
    }

    /// <summary>Lets the model and the parameters that whoever has the turn done again names stand above what its triggers said.</summary>
    internal void Choose()
    {
        if (request.Chosen is not { } chosen) return;
        As(new(request.AgainAs.ToString().ToLowerInvariant()));
        if (chosen.Model is { } model && model != Model) UseModel(model);
        foreach (var parameter in chosen.Parameters is null ? [] : ParameterTable.All)
        {
            if (parameter.Of(chosen.Parameters!) is not { } value || Equals(value, parameter.Of(Parameters))) continue;
            WriteLayer(layer => layer with { Parameters = parameter.With(layer.Parameters, value) }, "parameters." + parameter.Name, parameter.Of(Parameters), value);
        }
    }

    /// <summary>Takes back the highest word on parameters, be it a trigger's, the request's or the conversation's, so that the layer below it decides; a sticky source also the conversation's.</summary>
    /// <param name="names">Names or aliases; empty: all.</param>
    public void ResetParameters(IReadOnlyList<string> names)
    {
        foreach (var parameter in names.Count == 0 ? ParameterTable.All : [.. names.Select(ParameterTable.Get)])
        {
            var before = parameter.Of(_state.Parameters);
            if (before is null) continue;
            SettingsLayer Clear(SettingsLayer layer) => layer with { Parameters = parameter.With(layer.Parameters, null) };
            bool Says(SettingsLayer layer) => parameter.Of(layer.Parameters) is not null;
            var next = Says(_state.Top) ? _state with { Top = Clear(_state.Top) } : Says(_state.Request) ? _state with { Request = Clear(_state.Request) } : _state with { Conversation = Clear(_state.Conversation) };
            if (_source.Sticky) next = next with { Conversation = Clear(next.Conversation), Kept = Clear(next.Kept) };
            Write(next, "parameters." + parameter.Name, before, parameter.Of(next.Parameters));
        }
    }

    /// <summary>Changes which tools are offered.</summary>
    public void SelectTools(Func<NameSelection, NameSelection> change)
    {
        var before = _state.Top.Tools;
        WriteLayer(layer => layer with { Tools = change(layer.Tools) }, "tools", before.ToString(), change(before).ToString());
    }

    /// <summary>Changes which rules are applied.</summary>
    public void SelectRules(Func<NameSelection, NameSelection> change)
    {
        var before = _state.Top.Rules;
        WriteLayer(layer => layer with { Rules = change(layer.Rules) }, "rules", before.ToString(), change(before).ToString());
    }

    /// <summary>Gives a variable a value for the turn.</summary>
    /// <exception cref="ArgumentException">The value is a default <see cref="JsonElement"/>.</exception>
    public void SetVariable(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined) throw new ArgumentException($"The value of variable \"{name}\" is a default JsonElement, which is no value. Make one with JsonSerializer.SerializeToElement.", nameof(value));
        var isSecret = Prompts.SelectMany(one => one.Prompt.Variables).Any(definition => definition.Secret && definition.Name == name);
        if (isSecret) trace.Hide(value);
        object? Shown(JsonElement shown) => isSecret ? "•••" : shown;
        var before = _state.Top.Variables.TryGetValue(name, out var old) ? Shown(old) : null;
        WriteLayer(layer => layer with { Variables = new Dictionary<string, JsonElement>(layer.Variables) { [name] = value } }, "variables." + name, before, Shown(value));
    }

    /// <summary>Sets or extends the turn's system text. What a sticky source adds is said once, here: the conversation may have it already, as when the turn is made again. An empty text of one takes the conversation's away.</summary>
    public void SetSystem(string text, bool replace)
    {
        var before = _state.Top.System;
        if (_source.Sticky && replace && text.Length == 0)
        {
            Write(_state with { Top = _state.Top with { System = null }, Conversation = _state.Conversation with { System = null }, Kept = _state.Kept with { System = null } }, "system", (before ?? _state.Conversation.System)?.Text, null);
            return;
        }
        SystemText Joined(SystemText? old) => replace || old is null ? new(text, replace) : _source.Sticky && old.Has(text) ? old : old with { Text = old.Text + "\n\n" + text };
        var next = _state with { Top = _state.Top with { System = Joined(before) } };
        if (_source.Sticky) next = next with { Conversation = next.Conversation with { System = next.Conversation.System?.Without(text) }, Kept = next.Kept with { System = Joined(next.Kept.System) } };
        Write(next, "system", before?.Text, next.Top.System.Text);
    }

    /// <summary>Attaches a resource to the turn, at its end; a sticky source's stays with the conversation. What stays already is not attached a second time.</summary>
    public void AddResource(ResourceInput resource)
    {
        if (_source.Sticky && resource.Policy == ResourcePolicy.Once) resource = resource with { Policy = ResourcePolicy.Sticky };
        var named = resource.Id is null ? Named(resource) : resource;
        Write(_state with { Resources = [.. _state.Resources.Where(other => other.Id != named.Id), named], Dropped = [.. _state.Dropped.Where(id => id != named.Id)] }, "resources", null, named.Title ?? named.Id);
    }

    private ResourceInput Named(ResourceInput resource)
    {
        var id = ResourceIds.Of(resource, 0, Parent);
        var there = SameResource.Among(_state.Resources, resource) ?? _state.Resources.FirstOrDefault(other => other.Id == id);
        return there is null ? resource with { Id = id } : there with { Policy = resource.Policy == ResourcePolicy.Once ? there.Policy : resource.Policy };
    }

    /// <summary>Detaches the turn's resources that have this id or title, for a sticky source from the conversation too; false when there is none.</summary>
    public bool DropResource(string idOrTitle)
    {
        var kept = _state.Resources.Where(resource => resource.Id != idOrTitle && resource.Title != idOrTitle).ToArray();
        if (kept.Length == _state.Resources.Count) return false;
        var gone = _state.Resources.Except(kept).Select(resource => resource.Id!);
        Write(_state with { Resources = kept, Dropped = _source.Sticky ? [.. _state.Dropped, .. gone] : _state.Dropped }, "resources", idOrTitle, null);
        return true;
    }

    /// <summary>Names the conversation.</summary>
    public void SetTitle(string title) => Write(_state with { Title = title }, "title", _state.Title ?? conversation.Title, title);

    /// <summary>Answers with a text of ours, without asking a model.</summary>
    public void AnswerWith(string markdown) => Write(_state with { Answer = markdown }, "answer", _state.Answer, markdown);

    /// <summary>Lets another prompt's text take the place of the typed text: it is rendered with these values, and its <c>{{input}}</c> (or its end) takes what was typed.</summary>
    public void UsePrompt(ResolvedPrompt used, IReadOnlyDictionary<string, JsonElement> variables)
    {
        var next = _state with { Used = new(used, variables) };
        if (_source.Sticky) next = next with { KeptPrompt = used, Kept = next.Kept with { Variables = new Dictionary<string, JsonElement>([.. next.Kept.Variables.Where(kept => !variables.ContainsKey(kept.Key)), .. variables]) } };
        Write(next, "prompt", _state.Used?.Prompt.Name, used.Name);
    }

    /// <summary>Lets a prompt tell the model who it is: its text is system text, its settings are a layer of their own. Null: no agent.</summary>
    public void UseAgent(UsedPrompt? agent) =>
        Write(_state with { Agent = agent, KeptAgent = _source.Sticky ? agent : _state.KeptAgent }, "agent", _state.Agent?.Prompt.Name, agent?.Prompt.Name);

    /// <summary>The tools that whoever submits the turn executes, as the request says them, else the agent, else the prompt.</summary>
    internal List<ClientTool> BroughtTools() =>
        [.. Request.ClientTools.Concat(State.Agent?.Prompt.Prompt.ClientTools ?? []).Concat(Prompt?.Prompt.ClientTools ?? []).DistinctBy(tool => tool.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Tells the trace what was found out, with who writes now as its source.</summary>
    public void Tell(string path, object? before, object? after) => trace.Record(path, before, after, _source.Name, _source.Span);

    private void WriteLayer(Func<SettingsLayer, SettingsLayer> change, string path, object? before, object? after)
    {
        var next = _state with { Top = change(_state.Top) };
        if (_source.Sticky) next = next with { Kept = change(next.Kept) };
        Write(next, path, before, after);
    }

    private void Write(DraftState next, string path, object? before, object? after)
    {
        Guard();
        _state = next;
        trace.Record(path, before, after, _source.Name, _source.Span);
    }

    private void Guard()
    {
        if (_sealed) throw new InvalidOperationException($"\"{_source.Name}\" wrote to the draft of turn \"{Id}\" after it was sealed. Change drafts in triggers or middleware.");
    }
}
