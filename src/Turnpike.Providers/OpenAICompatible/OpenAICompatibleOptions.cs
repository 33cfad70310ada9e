using Turnpike.Providers.Http;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>How one OpenAI-compatible server is asked.</summary>
public sealed record OpenAICompatibleOptions
{
    /// <summary>The base URL of OpenAI itself.</summary>
    public static Uri OfficialUrl { get; } = new("https://api.openai.com/v1");

    /// <summary>The provider's name: the part before the slash of a model id.</summary>
    public required string Name { get; init; }

    /// <summary>Where the server is, up to and with <c>/v1</c>; default <see cref="OfficialUrl"/>. A query is kept on every request.</summary>
    public Uri BaseUrl { get; init; } = OfficialUrl;

    /// <summary>Sent as <c>Authorization: Bearer</c>; null: sent without.</summary>
    public string? Key { get; init; }

    /// <summary>Further headers of every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The member that carries the most output tokens. Null: <c>max_completion_tokens</c> for OpenAI and Azure,
    /// <c>max_tokens</c> for every other server.
    /// </summary>
    public string? MaxTokensMember { get; init; }

    /// <summary>Whether earlier reasoning is sent back as <c>reasoning_content</c>; default no, for most servers refuse or ignore it.</summary>
    public bool ReplayReasoning { get; init; }

    /// <summary>Whether what is sent to its models and comes back is kept with each turn, to be run again without the network; default no.</summary>
    public bool Record { get; init; }

    /// <summary>How long a connection may take to be made; default 10 s.</summary>
    public TimeSpan Connect { get; init; } = ProviderTransport.Connect;

    /// <summary>Where a person sets the key, for error messages.</summary>
    public string KeySource { get; init; } = "its key under Turnpike:Providers";

    /// <summary>The parameters that all its models take; null: those of OpenAI's own API there, elsewhere unknown.</summary>
    internal IReadOnlyList<string>? Parameters { get; init; }

    internal bool IsOfficial => BaseUrl.Host is "api.openai.com" || BaseUrl.Host.EndsWith(".openai.azure.com", StringComparison.OrdinalIgnoreCase);

    internal string MaxTokensName => MaxTokensMember ?? (IsOfficial ? "max_completion_tokens" : "max_tokens");
}
