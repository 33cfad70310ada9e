using Turnpike.Turns.Drafts;

namespace Turnpike.Middleware;

/// <summary>Code of a host that sees, changes or refuses a draft after triggers and before messages. Called in the order of registration.</summary>
public interface ITurnMiddleware
{
    /// <summary>The name that the trace shows.</summary>
    string Name => GetType().Name;

    /// <summary>
    /// Looks at the draft and may change it or refuse it (<see cref="TurnDraft.Refuse"/>). Runs for previews too, so it must have no effects outside the draft.
    /// When it throws anything but a <see cref="Turns.TurnException"/>, the turn is refused with <c>rejected</c> naming the middleware.
    /// </summary>
    ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken);
}
