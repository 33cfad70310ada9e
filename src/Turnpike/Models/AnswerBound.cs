using System.Text;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Models;

/// <summary>How much one answer of a model has brought: more than it may is not read on.</summary>
internal sealed class AnswerBound(string model, ModelOptions options)
{
    /// <summary>The most tool calls of one answer.</summary>
    public const int MostCalls = 512;

    private long _bytes;
    private int _calls;
    private bool _counted; // calls were counted while they came

    /// <summary>Counts what came; why no more is read, null: it may go on.</summary>
    public TurnException? Over(ChatResponseUpdate update)
    {
        if (update.AdditionalProperties?.TryGetValue(ModelOptionKeys.Pending, out var pending) == true && pending is int length) (_bytes, _counted) = (_bytes + length, true);
        var contents = update.Contents;
        for (var i = 0; i < contents.Count; i++) _bytes += Bytes(contents[i]);
        if (_bytes > options.AnswerBytes) return Broken(FormattableString.Invariant($"is longer than {options.AnswerBytes:N0} bytes, which is the most that Turnpike:ModelCalls:AnswerBytes allows. What had come is kept"));
        return _calls > MostCalls ? Broken($"asks for more than {MostCalls} tool calls at once") : null;
    }

    private long Bytes(AIContent content)
    {
        switch (content)
        {
            case TextContent text: return Encoding.UTF8.GetByteCount(text.Text);
            case TextReasoningContent thought: return Encoding.UTF8.GetByteCount(thought.Text) + (thought.ProtectedData?.Length ?? 0);
            case FunctionCallContent call:
                return ++_calls > MostCalls || _counted ? 0 : ToolValues.ArgumentsText(ToolValues.Keepable(call)).Length;
            default: return 0;
        }
    }

    private TurnException Broken(string why) => new(TurnErrorCode.ProviderStreamBroken, $"The answer of \"{model}\" {why}.");
}
