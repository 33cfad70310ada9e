using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Web;

namespace Turnpike.Middleware.Hooks;

/// <summary>Adds a hook at each of its points, behind the middleware that was added before.</summary>
internal static class HookRegistration
{
    public static void Add(IServiceCollection services, HookOptions hook)
    {
        hook.Check("Hook");
        var points = hook.Points.ToHashSet(StringComparer.Ordinal);
        if (points.Contains(HookOptions.TurnFinalize)) services.AddSingleton<ITurnMiddleware>(Middleware);
        if (points.Contains(HookOptions.BeforeStart)) services.AddSingleton<IRequestMiddleware>(Middleware);
        if (points.Contains(HookOptions.AfterTurn)) services.AddSingleton<ITurnObserver>(provider => new HookObserver(Client(provider)));

        HookMiddleware Middleware(IServiceProvider provider) => new(Client(provider), provider.GetRequiredService<SecretNames>());
        HookClient Client(IServiceProvider provider) => new(hook, provider.GetRequiredService<GuardedClient>(), provider.GetRequiredService<TimeProvider>());
    }
}
