using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;

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

    /// <exception cref="TurnException"><c>request_invalid</c>: a part that is only how a kept message is shown, without its bytes or with secrets left out of its address.</exception>
    public static void CheckParts(IReadOnlyList<ChatMessage> history)
    {
        for (var i = 0; i < history.Count; i++)
        {
            for (var part = 0; part < history[i].Contents.Count; part++)
            {
                var content = history[i].Contents[part];
                foreach (var one in content is FunctionResultContent result && ToolParts.Of(result.Result) is { } parts ? parts : [content])
                    if (Shown(one) is { } why) throw new TurnException(TurnErrorCode.RequestInvalid, why) { Field = $"history[{i}].content[{part}]" };
            }
        }
    }

    private static string? Shown(AIContent part) => part switch
    {
        KeptPart kept => $"The part shows content that is kept apart, by its hash, and has none itself. Read it at /api/files/{kept.Hash}/content and send it as {(kept.MediaType is null ? "text" : "a data: URL")}, or go on in the conversation that has it, or in a fork of it.",
        UriContent uri when uri.Uri.OriginalString.Contains(SecretText.Mask, StringComparison.Ordinal) => $"The address has {SecretText.Mask} where a secret is not shown. Write the whole address, or leave the part out.",
        _ => null,
    };
}
