using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Middleware;

/// <summary>Code of a host that sees, changes or refuses the whole request to the model, directly before the turn starts, and before a model that stands in is asked. Called in the order of registration.</summary>
public interface IRequestMiddleware
{
    /// <summary>The name that the trace shows.</summary>
    string Name => GetType().Name;

    /// <summary>
    /// Looks at the request and returns it, changed or not: messages, parameters, and fewer tools. Runs for previews too, and once more for each model that stands in, so it must have no effects. When it throws
    /// anything but a <see cref="TurnException"/>, or changes the model, the turn is refused with <c>rejected</c> naming the middleware.
    /// </summary>
    /// <param name="draft">The draft, sealed; <see cref="TurnDraft.Refuse"/> refuses the turn.</param>
    /// <param name="request">What would be sent.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<ModelRequest> InvokeAsync(TurnDraft draft, ModelRequest request, CancellationToken cancellationToken);
}
