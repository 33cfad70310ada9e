using Turnpike.Turns;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>Where in its conversation's tree a turn goes.</summary>
internal static class UiBranches
{
    /// <summary>The turn of a message id of ours (<c>msg_X</c>, or <c>msg_X_i0</c> for the user's); null for an id of the client's.</summary>
    public static string? TurnOf(string message) => !message.StartsWith("msg_", StringComparison.Ordinal) ? null : "turn_" + message["msg_".Length..].Split('_')[0];

    /// <summary>The request as a sibling of a turn, which is done again with it.</summary>
    public static TurnRequest Beside(TurnRequest request, Turn sibling)
    {
        request = request with { Again = sibling, AgainAs = request.Content == sibling.Content ? TurnOriginKind.Regenerate : TurnOriginKind.Edit };
        return sibling.Parent is { } parent ? request with { Parent = parent } : FromStart(request);
    }

    /// <summary>The request as the first turn of its conversation.</summary>
    public static TurnRequest FromStart(TurnRequest request) => request with { FromStart = true };
}
