using Microsoft.Extensions.AI;
using Turnpike.Messages.Resources;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages;

/// <summary>Refuses what a model is known not to read, wherever in the conversation it stands: nothing is dropped in silence.</summary>
internal static class ReadableParts
{
    /// <summary>The resources that were read for another model.</summary>
    /// <exception cref="TurnException"><c>resource_unsupported</c>, naming the model and the resource that it does not read.</exception>
    public static IReadOnlyList<ReadResource> Check(ModelInfo? model, IReadOnlyList<ReadResource> read)
    {
        foreach (var one in read)
            if (ToolParts.Unread([new(ChatRole.User, [one.Part])], model) is { } type) throw ResourceErrors.Unread(model!.Id, ToolParts.KindOf(type), one.Resource);
        return read;
    }

    /// <exception cref="TurnException"><c>resource_unsupported</c>, naming the model and what it does not read.</exception>
    public static void Check(ModelInfo? model, IReadOnlyList<ChatMessage> messages)
    {
        if (ToolParts.Unread(messages, model) is { } type)
            throw new TurnException(TurnErrorCode.ResourceUnsupported, $"Model \"{model!.Id}\" reads no {ToolParts.KindOf(type)}s, and an earlier message of the conversation has one ({type}). Choose another model, or go on from a turn before it.") { Field = "model" };
    }
}
