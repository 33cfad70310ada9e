namespace Turnpike.Providers;

/// <summary>The protocol that a provider speaks.</summary>
public enum ProviderKind
{
    /// <summary>OpenAI's chat completions, which most model servers speak.</summary>
    OpenAI,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>None: it answers with what it was sent.</summary>
    Echo,
}
