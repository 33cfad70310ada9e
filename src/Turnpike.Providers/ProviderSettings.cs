namespace Turnpike.Providers;

/// <summary>Which providers there are: what the environment says, and what is configured.</summary>
public sealed class ProviderSettings
{
    /// <summary>OpenAI's key.</summary>
    public string? OpenAIKey { get; set; }
    /// <summary>An OpenAI-compatible server instead of OpenAI's own; a key is then optional.</summary>
    public string? OpenAIBaseUrl { get; set; }
    /// <summary>Anthropic's key.</summary>
    public string? AnthropicKey { get; set; }
    /// <summary>A server that speaks Anthropic's protocol instead of Anthropic's own.</summary>
    public string? AnthropicBaseUrl { get; set; }
    /// <summary>Further providers.</summary>
    public IList<ConfiguredProvider> Providers { get; } = [];
}

/// <summary>A configured provider.</summary>
public sealed class ConfiguredProvider
{
    /// <summary>The part before the slash of its models' ids.</summary>
    public string Name { get; set; } = "";
    /// <summary><c>openai, anthropic</c> or <c>echo</c>.</summary>
    public string Kind { get; set; } = "openai";
    /// <summary>Where it is.</summary>
    public string? BaseUrl { get; set; }
    /// <summary>Its key.</summary>
    public string? Key { get; set; }
}
