using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages;

/// <summary>What a model's window leaves for a turn, in tokens.</summary>
internal static class ModelWindow
{
    private const int UsualAnswer = 4096;

    /// <summary>The tokens for everything that is sent; null when the window is not known.</summary>
    public static long? Input(TurnDraft draft, ModelInfo? model) => Input(model, draft.Parameters.MaxOutputTokens);

    /// <summary>The tokens for everything that is sent beside an answer of a length; null when the window is not known. A length that nobody asked for takes a quarter of the window at most.</summary>
    /// <exception cref="TurnException"><c>parameter_invalid</c> for an answer that takes the whole window.</exception>
    public static long? Input(ModelInfo? model, int? answer)
    {
        if (model?.ContextWindow is not { } window) return null;
        if (answer >= window) throw new TurnException(TurnErrorCode.ParameterInvalid, FormattableString.Invariant($"\"maxOutputTokens\" is {answer:N0}, and the window of model \"{model.Id}\" has {window:N0} tokens for what is sent and the answer together. Ask for less.")) { Field = "parameters.maxOutputTokens" };
        return window - (answer ?? Math.Min(UsualAnswer, window / 4));
    }

    /// <summary>The tokens for the turn's resources.</summary>
    public static long? Resources(ModelInfo? model, ResourceOptions options) => options.Tokens ?? model?.ContextWindow / 2;

    /// <summary>The history does not fit, and may not be cut.</summary>
    public static TurnException TooLong(long? left)
    {
        var most = left is { } tokens ? FormattableString.Invariant($"the {Math.Max(0, tokens):N0} tokens that the model has left for it") : "the turns that are read";
        return new(TurnErrorCode.ContextLengthExceeded, $"The history is longer than {most}, and this request does not let it be cut. Say \"truncation\": \"auto\" to leave the oldest turns out.") { Field = "history" };
    }

    /// <summary>Refuses a turn whose newest part alone does not fit.</summary>
    /// <exception cref="TurnException"><c>context_length_exceeded</c>, saying by how much.</exception>
    public static void Check(ModelInfo? model, long? input, long newest, long tools)
    {
        if (input is not { } most || newest <= most) return;
        throw new TurnException(TurnErrorCode.ContextLengthExceeded, FormattableString.Invariant($"The turn alone has about {newest:N0} tokens{(tools > 0 ? FormattableString.Invariant($", {tools:N0} of them for its tools,") : "")} and model \"{model!.Id}\" takes {most:N0} beside its answer: {newest - most:N0} too many. Send less{(tools > 0 ? ", offer fewer tools" : "")}, or choose a model with a larger window.")) { Field = "content" };
    }
}
