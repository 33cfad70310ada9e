using Turnpike.Providers.Http;

namespace Turnpike.Providers.Anthropic;

/// <summary>How Anthropic, or a server that speaks its messages API, is asked.</summary>
public sealed record AnthropicOptions
{
    /// <summary>The base URL of Anthropic itself.</summary>
    public static Uri OfficialUrl { get; } = new("https://api.anthropic.com");

    /// <summary>The provider's name: the part before the slash of a model id.</summary>
    public string Name { get; init; } = "anthropic";

    /// <summary>Where the server is, without <c>/v1</c>; default <see cref="OfficialUrl"/>.</summary>
    public Uri BaseUrl { get; init; } = OfficialUrl;

    /// <summary>The key; null: requests are sent without.</summary>
    public string? Key { get; init; }

    /// <summary>The most output tokens when a turn sets none, for the protocol demands a number; default 4096. Room for reasoning is added.</summary>
    public int MaxOutputTokens { get; init; } = 4096;

    /// <summary>Whether what is sent to its models and comes back is kept with each turn, to be run again without the network; default no.</summary>
    public bool Record { get; init; }

    /// <summary>How long a connection may take to be made; default 10 s.</summary>
    public TimeSpan Connect { get; init; } = ProviderTransport.Connect;

    /// <summary>Where a person sets the key, for error messages.</summary>
    public string KeySource { get; init; } = "its key under Turnpike:Providers";
}
