using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Resources;

namespace Turnpike.Providers.Mcp;

/// <summary>Lets tools come from MCP servers.</summary>
public static class McpServices
{
    /// <summary>Adds the servers of <see cref="McpOptions"/> and those that are kept, and what they hold as resources of kind <c>mcp</c>. None is connected before its tools are asked for.</summary>
    public static IServiceCollection AddToolServers(this IServiceCollection services)
    {
        services.Check<McpOptions>();
        services.TryAddSingleton<ToolServers>();
        services.AddSingleton<IToolSources>(provider => provider.GetRequiredService<ToolServers>());
        services.AddSingleton<IResourceLoader, McpResources>();
        return services;
    }
}
