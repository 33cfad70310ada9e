using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Models;

/// <summary>
/// A model of a turn, with the request as it takes it. The first's was made ready with the turn; that of a model that stands in is fitted here, for it may take other parameters,
/// shapes, tools and media.
/// </summary>
internal sealed class FittedModel
{
    private readonly ChosenModel _first;
    private readonly TurnParameters _parameters;
    private List<WarningRaised> _warnings = [];
    private bool _isSkipped;

    private FittedModel(ModelTurn turn, ChosenModel model)
    {
        (_first, Model, _parameters, var tools) = (turn.Model, model, turn.Request.Parameters, turn.Tools);
        if (!IsFirst)
        {
            _parameters = ModelFit.Of(_parameters, model.Info, dropped => Warn(DroppedParameter.Code, dropped.Message(model.Id)));
            tools = Callable(tools);
        }
        Asked = ModelCall.Options(_parameters, tools, model.Info);
        Shape = ShapedAnswer.Of(_parameters, model.Info);
    }

    /// <summary>The model.</summary>
    public ChosenModel Model { get; }
    /// <summary>How it is asked.</summary>
    public ChatOptions Asked { get; }
    /// <summary>The shape that its answer must have; null: none.</summary>
    public ShapedAnswer? Shape { get; }

    private bool IsFirst => Model.Id == _first.Id;

    /// <summary>The models of a turn: the first, then those that stand in for it, in order.</summary>
    public static IReadOnlyList<FittedModel> Of(ModelTurn turn) => [new(turn, turn.Model), .. turn.Fallback.Select(model => new FittedModel(turn, model))];

    /// <summary>The messages as it is sent them.</summary>
    public IReadOnlyList<ChatMessage> Messages(IReadOnlyList<ChatMessage> messages)
    {
        if (IsFirst) return messages;
        var told = ShapedAnswer.IsNative(_first.Info) ? ShapedAnswer.Instruct(messages, _parameters, Model.Info) : messages; // else the words stand there already
        return [.. told.Select(message => ToolParts.Readable(message, Model.Info))];
    }

    /// <summary>Whether it can be asked: one that stands in is not sent what it is known not to read, or what its window does not take. Why not is a warning.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="tokens">Estimated tokens of all that is sent.</param>
    public bool CanRead(IReadOnlyList<ChatMessage> messages, long tokens)
    {
        if (IsFirst || (Unread(messages) ?? TooLong(tokens)) is not { } why) return true;
        if (!_isSkipped) _warnings = [new() { Code = "model_skipped", Message = $"Model \"{Model.Id}\", which stands in, {why}; it was not asked." }];
        _isSkipped = true;
        return false;
    }

    private string? Unread(IReadOnlyList<ChatMessage> messages) => ToolParts.Unread(messages, Model.Info) is { } type ? $"reads no {ToolParts.KindOf(type)}s, and the turn has one ({type})" : null;

    /// <summary>The messages were chosen for the first model's window. A little too much is for the provider to judge: tokens are estimated.</summary>
    private string? TooLong(long tokens) =>
        Model.Info?.ContextWindow is { } window && tokens + (_parameters.MaxOutputTokens ?? 0) > window
            ? FormattableString.Invariant($"has a window of {window:N0} tokens, and the turn has about {tokens:N0}{(_parameters.MaxOutputTokens is { } answer ? FormattableString.Invariant($" beside an answer of {answer:N0}") : "")}") : null;

    /// <summary>What was left out for it; told once.</summary>
    public IReadOnlyList<WarningRaised> TakeWarnings()
    {
        var told = _warnings;
        _warnings = [];
        return told;
    }

    /// <summary>A call that was required has been made: the next is the model's choice.</summary>
    public void Release()
    {
        if (Asked.ToolMode is RequiredChatToolMode) Asked.ToolMode = ChatToolMode.Auto;
    }

    /// <summary>An answer without tools, told as such, is worth more than none.</summary>
    private OfferedTools Callable(OfferedTools tools)
    {
        if (tools.All.Count == 0 || Model.Info?.Tools != false) return tools;
        Warn("tools_left_out", $"Model \"{Model.Id}\", which stands in, calls no tools; {string.Join(", ", tools.All.Select(tool => tool.Name))} left out.");
        return OfferedTools.None;
    }

    private void Warn(string code, string message) => _warnings.Add(new() { Code = code, Message = message });
}
