using System.ComponentModel.DataAnnotations;
using Turnpike.Models;
using Turnpike.Providers.Anthropic;
using Turnpike.Providers.Echo;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers;

/// <summary>Makes the providers that the settings name and those that are found without being asked.</summary>
public static class ModelProviders
{
    private static readonly TimeSpan OllamaPatience = TimeSpan.FromMilliseconds(300);

    /// <summary>The parameters of models that cannot search the web themselves.</summary>
    internal static IReadOnlyList<string> AllButSearch { get; } = [.. ParameterTable.All.Select(parameter => parameter.Name).Where(name => name != "webSearch"), .. VendorMembers.Names];

    /// <summary>
    /// All providers, those of the list first, <c>builtin</c> last. Talks to nobody; whether Ollama runs is seen when its models
    /// are listed. Those that are <see cref="IDisposable"/> hold connections. Throws <see cref="ValidationException"/> that names
    /// the keys at fault.
    /// </summary>
    public static IReadOnlyList<IModelProvider> Discover(ProviderSettings settings, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var faults = settings.Validate(new(settings)).Select(fault => fault.ErrorMessage).ToList();
        if (faults.Count > 0) throw new ValidationException(string.Join('\n', faults));
        var providers = settings.Providers.Select(entry => Make(entry, settings, clock)).ToList();
        if (Free("openai") && (settings.OpenAIKey ?? settings.OpenAIBaseUrl) is not null)
            providers.Add(Make(new() { Name = "openai", BaseUrl = settings.OpenAIBaseUrl, Key = settings.OpenAIKey }, settings, clock));
        if (Free("anthropic") && (settings.AnthropicKey ?? settings.AnthropicBaseUrl) is not null)
            providers.Add(Make(new() { Name = "anthropic", Kind = ProviderKind.Anthropic, BaseUrl = settings.AnthropicBaseUrl, Key = settings.AnthropicKey }, settings, clock));
        if (Free("ollama") && !string.IsNullOrWhiteSpace(settings.OllamaUrl))
            providers.Add(new UninvitedProvider(Make(new() { Name = "ollama", BaseUrl = settings.OllamaUrl }, settings, clock, AllButSearch), OllamaPatience));
        if (Free("builtin")) providers.Add(new EchoProvider(clock: clock));
        return providers;

        bool Free(string name) => !providers.Exists(provider => provider.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether a provider of <see cref="Discover"/> was only guessed at: nobody asked for it, and it may not be there.</summary>
    public static bool IsGuess(IModelProvider provider) => provider is UninvitedProvider;

    private static IModelProvider Make(ProviderEntry entry, ProviderSettings settings, TimeProvider? clock, IReadOnlyList<string>? parameters = null)
    {
        var url = string.IsNullOrWhiteSpace(entry.BaseUrl) ? null : new Uri(entry.BaseUrl);
        return entry.Kind switch
        {
            ProviderKind.Echo => new EchoProvider(entry.Name, clock: clock),
            ProviderKind.Anthropic => new AnthropicProvider(new()
            {
                Name = entry.Name,
                BaseUrl = url ?? AnthropicOptions.OfficialUrl,
                Key = Key(entry, "anthropic", settings.AnthropicKey),
                KeySource = KeySource(entry, "anthropic", "ANTHROPIC_API_KEY"),
                Record = Records(entry, settings),
                Connect = settings.Connect,
            }, clock),
            _ => new OpenAICompatibleProvider(new()
            {
                Name = entry.Name,
                BaseUrl = url ?? OpenAICompatibleOptions.OfficialUrl,
                Key = Key(entry, "openai", settings.OpenAIKey),
                KeySource = KeySource(entry, "openai", "OPENAI_API_KEY"),
                Headers = entry.Headers.AsReadOnly(),
                MaxTokensMember = entry.MaxTokensMember,
                ReplayReasoning = entry.ReplayReasoning,
                Parameters = parameters,
                Record = Records(entry, settings),
                Connect = settings.Connect,
            }, clock),
        };
    }

    private static bool Records(ProviderEntry entry, ProviderSettings settings) =>
        entry.Record || (settings.Record ?? "").Split(',', StringSplitOptions.TrimEntries).Any(name => name == "*" || name.Equals(entry.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The vendor's key from the environment serves the vendor's own address only, so that it never reaches another host by mistake.</summary>
    private static string? Key(ProviderEntry entry, string vendor, string? environment) =>
        !string.IsNullOrWhiteSpace(entry.Key) ? entry.Key.Trim()
        : entry.Name.Equals(vendor, StringComparison.OrdinalIgnoreCase) && string.IsNullOrWhiteSpace(entry.BaseUrl) ? environment
        : null;

    private static string KeySource(ProviderEntry entry, string vendor, string variable) =>
        entry.Name.Equals(vendor, StringComparison.OrdinalIgnoreCase) ? $"{variable}, or its key under Turnpike:Providers" : "its key under Turnpike:Providers";
}
