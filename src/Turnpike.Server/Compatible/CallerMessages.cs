using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible;

/// <summary>
/// A caller's list of messages becomes one turn: leading system text, the last user message as what is typed with its resources, and everything between as history.
/// </summary>
internal sealed class CallerMessages(string field)
{
    /// <summary>The most messages from before that a turn takes.</summary>
    public const int Most = 10_000;

    private readonly List<string> _system = [];
    private readonly List<ChatMessage> _history = [];
    private readonly HashSet<string> _calls = new(StringComparer.Ordinal);
    private string? _typed;
    private IReadOnlyList<TextSpan>? _stretches;
    private IReadOnlyList<ResourceInput> _resources = [];

    /// <summary>Whether nothing stands between the messages of the system before all others and the last one of the user.</summary>
    public bool IsShort => _history.Count == 0;

    /// <summary>Adds instructions that stand before all messages.</summary>
    public void Instruct(string? text)
    {
        if (text is { Length: > 0 }) _system.Add(text);
    }

    /// <summary>The messages of the system before all others.</summary>
    public List<LeadingMessage> Leading { get; } = [];

    public void System(string text, string? name = null, string role = "system")
    {
        if (_history.Count == 0 && _typed is null)
        {
            _system.Add(text);
            Leading.Add(new(role, text, name));
        }
        else
        {
            Between(new(ChatRole.System, text) { AuthorName = name });
        }
    }

    /// <summary>Adds a message of the user: its text parts, and its others as resources, in order.</summary>
    public void User(IReadOnlyList<UserPart> parts, string? name)
    {
        Settle();
        (_typed, _stretches) = UserPart.Joined(parts);
        _resources = [.. parts.Where(part => part.Resource is not null).Select(part => part.Resource!)];
        _name = name;
    }

    private string? _name;

    public void Assistant(IReadOnlyList<AIContent> parts, string? name = null)
    {
        foreach (var call in parts.OfType<FunctionCallContent>()) _calls.Add(call.CallId);
        Settle();
        if (_joins && _history is [.., { } last] && last.Role == ChatRole.Assistant && Continues(last, parts, name)) foreach (var part in parts) last.Contents.Add(part);
        else _history.Add(new(ChatRole.Assistant, [.. parts]) { AuthorName = name });
        _joins = true;
    }

    private bool _joins;

    /// <summary>Whether parts go on with an answer. Calls belong to the text or thought before them, and their results must follow at once; a text behind a text, or somebody else's, is a message of its own.</summary>
    private static bool Continues(ChatMessage last, IReadOnlyList<AIContent> parts, string? name) => last.Contents.Any(part => part is FunctionCallContent)
        || (last.AuthorName == name && (parts.All(part => part is FunctionCallContent) || !last.Contents.Any(part => part is TextContent { Text.Length: > 0 })));

    /// <summary>Takes calls for known that stand before all messages.</summary>
    public void Follow(IEnumerable<string> callIds) => _calls.UnionWith(callIds);

    /// <summary>Whether a call of this id stands in the messages.</summary>
    public bool Knows(string callId) => _calls.Contains(callId);

    /// <exception cref="TurnException"><c>tool_call_unknown</c>: no call of this id stands before it.</exception>
    public void Result(string callId, string output, string place) => Result(new(callId, ToolValues.Element(output)), place);

    /// <inheritdoc cref="Result(string, string, string)"/>
    public void Result(FunctionResultContent result, string place)
    {
        var callId = result.CallId;
        if (!_calls.Contains(callId)) throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{callId}\" is the result of a call that no message before it makes.") { Field = place, Narrower = "tool_call_unknown" };
        Settle();
        _joins = false;
        if (_history is [.., { } last] && last.Role == ChatRole.Tool) last.Contents.Add(result);
        else _history.Add(new(ChatRole.Tool, [result]));
    }

    /// <summary>The turn request with these messages in it.</summary>
    /// <param name="turn">The request.</param>
    /// <param name="hasPrompt">Whether a prompt is named or pinned, so that system text stands behind the prompt's.</param>
    /// <param name="keepsHistory">Whether history is given even when the list holds none.</param>
    public TurnRequest Into(TurnRequest turn, bool hasPrompt, bool keepsHistory)
    {
        if (_typed is null && !hasPrompt && _history is not [.., { Role: var role }] && turn.Conversation is null) throw Missing();
        if (_typed is null && !hasPrompt && _history is [.., { } last] && last.Role != ChatRole.Tool) throw Missing();
        if (_typed is { } typed && turn.Content.Length > 0 && turn.Content != typed) throw Given.Invalid(field, $"\"{field}\" and \"turnpike.content\" say different things. Send one of them.");
        var system = string.Join("\n\n", _system);
        if (_system.Count > 0 && turn.System is { } said && said.Text != system) throw Given.Invalid(field, $"The instructions of the request and \"turnpike.system\" say different things. Send one of them.");
        return turn with
        {
            System = _system.Count == 0 ? turn.System : new(system, hasPrompt ? SystemMode.Append : SystemMode.Replace),
            History = _history.Count > 0 || keepsHistory ? [.. turn.History ?? [], .. _history] : turn.History,
            Content = _typed ?? turn.Content,
            Typed = _typed is null ? turn.Typed : _stretches,
            Author = _typed is null ? null : _name,
            Resources = [.. _resources, .. turn.Resources],
        };
    }

    /// <summary>All messages in order, for a turn that is given as it is.</summary>
    public IReadOnlyList<ChatMessage> All()
    {
        Settle();
        return _system.Count == 0 ? _history : [.. _system.Select(text => new ChatMessage(ChatRole.System, text)), .. _history];
    }

    /// <summary>Where the parts stand that were added since this was last asked, in order: <c>message/part</c>, from 0. Parts are only ever added behind all others.</summary>
    public IReadOnlyList<string> NewPlaces()
    {
        Settle();
        var (added, count) = (new List<string>(), _system.Count + _history.Count);
        for (var i = _placed.Message; i < count; i++)
        {
            var parts = i < _system.Count ? 1 : _history[i - _system.Count].Contents.Count;
            for (var part = i == _placed.Message ? _placed.Part : 0; part < parts; part++) added.Add($"{i}/{part}");
            _placed = (i, parts);
        }
        return added;
    }

    private (int Message, int Part) _placed;

    private void Between(ChatMessage message)
    {
        Settle();
        _joins = false;
        _history.Add(message);
    }

    /// <summary>What was taken for the last user message is history when another one follows.</summary>
    private void Settle()
    {
        if (_typed is not { } typed) return;
        _joins = false;
        _history.Add(new(ChatRole.User, [.. typed.Length == 0 ? [] : (AIContent[])[new TextContent(typed)], .. _resources.Select(UserPart.Content)]) { AuthorName = _name });
        (_typed, _resources) = (null, []);
    }

    private TurnException Missing() => new(TurnErrorCode.ContentMissing, $"There is nothing to answer: \"{field}\" does not end with a message of the user or the result of a tool, and no prompt is named.") { Field = field };
}
