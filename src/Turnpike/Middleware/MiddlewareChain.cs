using Microsoft.Extensions.Logging;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;

namespace Turnpike.Middleware;

/// <summary>Door 3: who wants to see, change or stop the draft does.</summary>
public sealed partial class MiddlewareChain(IEnumerable<ITurnMiddleware> middleware, IEnumerable<IRequestMiddleware> requests, ILogger<MiddlewareChain> logger)
{
    private readonly ITurnMiddleware[] _middleware = [.. middleware];
    private readonly IRequestMiddleware[] _requests = [.. requests];

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
            catch (Exception error) when (error is not TurnException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                Failed(one.Name, draft.Id, error);
                throw new TurnException(TurnErrorCode.Rejected, $"Middleware \"{one.Name}\" failed, so the turn was not sent. The server's log says more.", error);
            }
        }
    }

    /// <summary>Shows the request that is ready to those who want to see it before the turn starts, in the order of registration.</summary>
    /// <exception cref="TurnException"><c>rejected</c>, with the reason; or whatever code the middleware chose.</exception>
    public async ValueTask<ModelRequest> BeforeStartAsync(TurnDraft draft, ModelRequest request, CancellationToken cancellationToken)
    {
        if (_requests.Length == 0) return request;
        var from = draft.Trace.Station;
        draft.Trace.Enter("middleware");
        foreach (var one in _requests)
        {
            draft.As(new("middleware:" + one.Name));
            var before = request;
            try
            {
                request = await one.InvokeAsync(draft, before, cancellationToken);
            }
            catch (Exception error) when (error is not TurnException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                Failed(one.Name, draft.Id, error);
                throw new TurnException(TurnErrorCode.Rejected, $"Middleware \"{one.Name}\" failed, so the turn was not sent. The server's log says more.", error);
            }
            RequestChanges.Record(draft, one.Name, before, request);
        }
        if (from is not null) draft.Trace.Return(from); // what is fitted anew is its doing
        return request;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Middleware {Middleware} failed in turn {Turn}")]
    private partial void Failed(string middleware, string turn, Exception error);
}
