using Turnpike.Providers.Echo;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers;

/// <summary>Makes providers of settings.</summary>
public static class ModelProviders
{
    /// <summary>All providers that the settings name, <c>builtin</c> first.</summary>
    public static IReadOnlyList<IModelProvider> Discover(ProviderSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var providers = new List<IModelProvider> { new EchoProvider() };
        if (settings.OpenAIKey is not null || settings.OpenAIBaseUrl is not null)
            providers.Add(new OpenAICompatibleProvider(new() { Name = "openai", Key = settings.OpenAIKey, BaseUrl = settings.OpenAIBaseUrl is { } url ? new(url) : OpenAICompatibleOptions.OfficialUrl, KeySource = "OPENAI_API_KEY" }));
        return providers;
    }
}
