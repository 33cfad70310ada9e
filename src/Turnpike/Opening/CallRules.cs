using Turnpike.Turns;
using Turnpike.Turns.Calls;

namespace Turnpike.Opening;

/// <summary>What a request may say of tools that its caller executes, and of calls that it answers.</summary>
internal static class CallRules
{
    public static void Check(TurnRequest request)
    {
        ClientToolRules.Check(request.ClientTools);
        var calls = new HashSet<string>(StringComparer.Ordinal);
        foreach (var answer in request.Answers)
        {
            if (answer is null) throw Invalid("answers", "An answer is null; each must be an object.");
            if (!calls.Add(answer.CallId)) throw Invalid("answers", $"Call \"{answer.CallId}\" is answered twice.");
        }
        if (request.Answers.Count > 0 && request.Conversation is null) throw Invalid("answers", "\"answers\" need the \"conversation\" of the calls.");
    }

    private static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };
}
