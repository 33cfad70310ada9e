using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Serves prompts to MCP clients.</summary>
internal static class McpServing
{
    /// <summary>Adds what answers MCP requests.</summary>
    public static IServiceCollection AddMcpServing(this IServiceCollection services)
    {
        services.AddOptions<McpServingOptions>();
        services.TryAddSingleton<SealedState>();
        services.TryAddSingleton<VariableForm>();
        services.TryAddSingleton<PromptMessages>();
        services.TryAddSingleton<PromptRuns>();
        services.TryAddSingleton<PromptArguments>();
        services.TryAddSingleton<ServedResources>();
        services.TryAddSingleton<ResourceMarks>();
        services.TryAddSingleton<IMcpContent, TurnpikeContent>();
        services.TryAddSingleton<McpDispatcher>();
        return services;
    }
}
