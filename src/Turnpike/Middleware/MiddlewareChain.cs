using Microsoft.Extensions.Logging;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Middleware;

/// <summary>Door 3: who wants to see, change or stop the draft does.</summary>
public sealed partial class MiddlewareChain(IEnumerable<ITurnMiddleware> middleware, ILogger<MiddlewareChain> logger)
{
    private readonly ITurnMiddleware[] _middleware = [.. middleware];

    /// <summary>Calls each middleware in the order of registration.</summary>
    /// <exception cref="TurnException"><c>rejected</c>, with the reason; or whatever code the middleware chose.</exception>
    public async ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        foreach (var one in _middleware)
        {
            draft.As(new("middleware:" + one.Name));
            try
            {
                await one.InvokeAsync(draft, cancellationToken);
            }
            catch (Exception error) when (error is not (TurnException or OperationCanceledException))
            {
                Failed(one.Name, draft.Id, error);
                throw new TurnException(TurnErrorCode.Rejected, $"Middleware \"{one.Name}\" failed, so the turn was not sent. The server's log says more.", error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Middleware {Middleware} failed in turn {Turn}")]
    private partial void Failed(string middleware, string turn, Exception error);
}
