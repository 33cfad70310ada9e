using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Middleware;

/// <summary>Tells the trace what was changed of a request, and refuses what cannot be changed there.</summary>
internal static class RequestChanges
{
    /// <exception cref="TurnException"><c>rejected</c>: another model, or a tool that was not offered.</exception>
    public static void Record(TurnDraft draft, string name, ModelRequest before, ModelRequest after)
    {
        if (ReferenceEquals(before, after)) return;
        if (after.Model != before.Model) throw Rejected($"Middleware \"{name}\" changed the model of a request that was ready. Change it on the draft.");
        foreach (var parameter in ParameterTable.All)
        {
            var (old, now) = (parameter.Of(before.Parameters), parameter.Of(after.Parameters));
            if (!Equals(old, now)) draft.Tell("parameters." + parameter.Name, old, now);
        }
        for (var i = 0; i < Math.Max(before.Messages.Count, after.Messages.Count); i++)
        {
            var (old, now) = (Text(before.Messages, i), Text(after.Messages, i));
            if (old != now) draft.Tell($"messages[{i}]", old, now);
        }
        var names = after.Tools.Select(tool => tool.Name).ToArray();
        if (names.Except(before.Tools.Select(tool => tool.Name), StringComparer.Ordinal).FirstOrDefault() is { } extra) throw Rejected($"Middleware \"{name}\" added the tool \"{extra}\" to a request that was ready. Offer it on the draft.");
        if (names.Length != before.Tools.Count) draft.Tell("tools", string.Join(", ", before.Tools.Select(tool => tool.Name)), string.Join(", ", names));
    }

    private static string? Text(IReadOnlyList<ChatMessage> messages, int index) => index >= messages.Count ? null : $"{messages[index].Role}: {string.Concat(messages[index].Contents.Select(part => part is TextContent text ? text.Text : $"[{part.GetType().Name}]"))}";

    private static TurnException Rejected(string message) => new(TurnErrorCode.Rejected, message);
}
