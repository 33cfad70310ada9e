using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Models;

/// <summary>
/// A model of a turn, with the request as it takes it. The first's was made ready with the turn; for one that stands in the turn is composed when it is its turn, and what nothing composes
/// is fitted here, for it may take other parameters, shapes, tools and media.
/// </summary>
internal sealed class FittedModel
{
    private readonly ModelTurn _turn;
    private TurnParameters _parameters;
    private List<WarningRaised> _warnings = [];
    private bool _isSkipped, _isReady, _isReleased;
    private TurnException? _refused;
    private (IReadOnlyList<ChatMessage> Messages, long Tokens, int InPlaceOf)? _composed;

    private FittedModel(ModelTurn turn, ChosenModel model)
    {
        (_turn, Model, _parameters, var tools) = (turn, model, turn.Request.Parameters, turn.Tools);
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
    public ChatOptions Asked { get; private set; }
    /// <summary>The shape that its answer must have; null: none.</summary>
    public ShapedAnswer? Shape { get; private set; }

    private bool IsFirst => Model.Id == _turn.Model.Id;

    /// <summary>The models of a turn: the first, then those that stand in for it, in order.</summary>
    public static IReadOnlyList<FittedModel> Of(ModelTurn turn) => [new(turn, turn.Model), .. turn.Fallback.Select(model => new FittedModel(turn, model))];

    /// <summary>Composes the turn for a model that stands in, once. What cannot be composed for it is not sent.</summary>
    /// <param name="count">How many of the messages were composed for the first.</param>
    /// <param name="settled">Results that were put among those.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask MakeReadyAsync(int count, IReadOnlyList<FunctionResultContent> settled, CancellationToken cancellationToken)
    {
        if (_isReady || IsFirst || _turn.StandsIn is not { } compose) return;
        _isReady = true;
        try
        {
            if (await compose(Model, cancellationToken) is not { } made) return;
            var messages = made.Request.Messages.ToList();
            OpenStep.Complete(messages, settled, Model.Info);
            (_composed, _parameters) = ((messages, made.Tokens, count), made.Request.Parameters);
            (Asked, Shape) = (ModelCall.Options(_parameters, made.Tools, Model.Info), ShapedAnswer.Of(_parameters, Model.Info));
            if (_isReleased) Release();
            _warnings = [.. made.Warnings.Select(warning => new WarningRaised { Code = warning.Code, Message = warning.Message, Span = warning.Span })];
        }
        catch (TurnException why) when (why.Code < TurnErrorCode.BudgetExceeded)
        {
            _refused = why;
        }
    }

    /// <summary>The messages as it is sent them.</summary>
    public IReadOnlyList<ChatMessage> Messages(IReadOnlyList<ChatMessage> messages)
    {
        if (IsFirst) return messages;
        if (_composed is { } own) return [.. own.Messages, .. messages.Skip(own.InPlaceOf).Select(message => ToolParts.Readable(message, Model.Info))];
        var told = ShapedAnswer.IsNative(_turn.Model.Info) ? ShapedAnswer.Instruct(messages, _parameters, Model.Info) : messages; // else the words stand there already
        return [.. told.Select(message => ToolParts.Readable(message, Model.Info))];
    }

    /// <summary>Estimated tokens of all that it is sent.</summary>
    /// <param name="first">Those of what the first is sent.</param>
    public long Tokens(long first) => _composed is { } own ? own.Tokens + first - _turn.Tokens : first;

    /// <summary>Whether it can be asked: one that stands in is not sent what it is known not to read, or what its window does not take. Why not is a warning.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="tokens">Estimated tokens of all that the first is sent.</param>
    public bool CanRead(IReadOnlyList<ChatMessage> messages, long tokens)
    {
        if (IsFirst || (_refused is { } refused ? $"was not asked: {refused.Message}" : Unread(Messages(messages)) ?? TooLong(Tokens(tokens))) is not { } why) return true;
        if (!_isSkipped) _warnings = [new() { Code = "model_skipped", Message = $"Model \"{Model.Id}\", which stands in, {why}" }];
        _isSkipped = true;
        return false;
    }

    private string? Unread(IReadOnlyList<ChatMessage> messages) => ToolParts.Unread(messages, Model.Info) is { } type ? $"reads no {ToolParts.KindOf(type)}s, and the turn has one ({type}); it was not asked." : null;

    /// <summary>What tools gave back since may be too much for its window. A little too much is for the provider to judge: tokens are estimated.</summary>
    private string? TooLong(long tokens) =>
        Model.Info?.ContextWindow is { } window && tokens + (_parameters.MaxOutputTokens ?? 0) > window
            ? FormattableString.Invariant($"has a window of {window:N0} tokens, and the turn has about {tokens:N0}{(_parameters.MaxOutputTokens is { } answer ? FormattableString.Invariant($" beside an answer of {answer:N0}") : "")}; it was not asked.") : null;

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
        _isReleased = true;
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
