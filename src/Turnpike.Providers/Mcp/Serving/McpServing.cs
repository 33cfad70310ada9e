using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Serves prompts to MCP clients.</summary>
internal static class McpServing
{
    private const int KeyLength = 32;

    /// <summary>Adds what answers MCP requests.</summary>
    /// <param name="services">Where it is registered.</param>
    /// <param name="folder">Where the key of sealed state is kept, so that it is still known after a restart.</param>
    public static IServiceCollection AddMcpServing(this IServiceCollection services, string folder)
    {
        services.AddOptions<McpServingOptions>();
        services.TryAddSingleton(provider => new SealedState(Key(folder), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<PromptMessages>();
        services.TryAddSingleton<PromptRuns>();
        services.TryAddSingleton<PromptArguments>();
        services.TryAddSingleton<ServedResources>();
        services.TryAddSingleton<IMcpContent, TurnpikeContent>();
        services.TryAddSingleton<McpDispatcher>();
        return services;
    }

    private static byte[] Key(string folder)
    {
        var path = Path.Combine(folder, "mcp.key");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: KeyLength } kept) return kept;
        Directory.CreateDirectory(folder);
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(key);
        return key;
    }
}
