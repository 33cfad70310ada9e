using Microsoft.Extensions.AI;
using Turnpike.Turns;

namespace Turnpike.Opening;

/// <summary>What a list of messages must be that a caller gives.</summary>
internal static class HistoryRules
{
    private static readonly string[] Roles = ["system", "user", "assistant", "tool"];

    /// <exception cref="TurnException"><c>request_invalid</c>: a role that there is not.</exception>
    public static void CheckRoles(IReadOnlyList<ChatMessage> history)
    {
        for (var i = 0; i < history.Count; i++)
        {
            var role = history[i].Role.Value;
            if (!Roles.Contains(role)) throw new TurnException(TurnErrorCode.RequestInvalid, $"There is no role \"{role}\"; it must be system, user, assistant or tool.") { Field = $"history[{i}].role" };
        }
    }

    /// <exception cref="TurnException"><c>request_invalid</c>, narrower <c>tool_call_unknown</c>: the result of a call that no message before it makes.</exception>
    public static void CheckResults(IReadOnlyList<ChatMessage> history)
    {
        var calls = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < history.Count; i++)
        {
            for (var part = 0; part < history[i].Contents.Count; part++)
            {
                if (history[i].Contents[part] is FunctionCallContent call) calls.Add(call.CallId);
                else if (history[i].Contents[part] is FunctionResultContent result && !calls.Contains(result.CallId))
                    throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{result.CallId}\" is the result of a call that no message before it makes.") { Field = $"history[{i}].content[{part}].callId", Narrower = "tool_call_unknown" };
            }
        }
    }
}
