using System.ComponentModel.DataAnnotations;

namespace Turnpike.Providers;

/// <summary>One provider of the list <c>Turnpike:Providers</c>.</summary>
public sealed class ProviderEntry
{
    /// <summary>The part before the slash of its model ids: letters, digits, <c>-</c> and <c>_</c>; not <c>prompt</c>, which names prompts.</summary>
    [Required(ErrorMessage = "is missing. Give the provider a name, such as \"openrouter\".")]
    [RegularExpression("^(?!prompt$)[A-Za-z0-9_-]{1,64}$", ErrorMessage = "may hold up to 64 letters, digits, - and _, and may not be \"prompt\".")]
    public string Name { get; set; } = "";

    /// <summary>The protocol: <c>openai</c> (default), <c>anthropic</c> or <c>echo</c>.</summary>
    [EnumDataType(typeof(ProviderKind), ErrorMessage = "is none of openai, anthropic, echo.")]
    public ProviderKind Kind { get; set; }

    /// <summary>An http or https URL, for <c>openai</c> up to and with <c>/v1</c>; absent: the vendor's own.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>The key; absent: requests are sent without.</summary>
    public string? Key { get; set; }

    /// <summary>Further headers of every request; only <c>openai</c>.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>();

    /// <summary>The member that carries the most output tokens, where a server wants another than usual; only <c>openai</c>.</summary>
    public string? MaxTokensMember { get; set; }

    /// <summary>Whether earlier reasoning is sent back; only <c>openai</c>. Default no.</summary>
    public bool ReplayReasoning { get; set; }

    /// <summary>Whether what is sent to its models and comes back is kept with each turn, so that <c>turnpike replay</c> can run the turn again without the network. Default no.</summary>
    public bool Record { get; set; }
}
