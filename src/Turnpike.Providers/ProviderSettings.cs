using System.ComponentModel.DataAnnotations;
using Turnpike.Providers.Http;

namespace Turnpike.Providers;

/// <summary>
/// Which providers there are: the section <c>Turnpike</c> of the configuration, and well-known environment variables. Without any
/// setting there is <c>builtin/echo</c>, and Ollama if it runs on this machine.
/// </summary>
public sealed class ProviderSettings : IValidatableObject
{
    /// <summary>Providers by name; one that is called <c>openai</c>, <c>anthropic</c>, <c>ollama</c> or <c>builtin</c> takes the place of that one.</summary>
    public IList<ProviderEntry> Providers { get; } = [];

    /// <summary><c>OPENAI_API_KEY</c>: the key of provider <c>openai</c>.</summary>
    public string? OpenAIKey { get; set; }

    /// <summary><c>OPENAI_BASE_URL</c>: an OpenAI-compatible server as provider <c>openai</c>; a key is then optional.</summary>
    public string? OpenAIBaseUrl { get; set; }

    /// <summary><c>ANTHROPIC_API_KEY</c>: the key of provider <c>anthropic</c>.</summary>
    public string? AnthropicKey { get; set; }

    /// <summary><c>ANTHROPIC_BASE_URL</c>: a server that speaks Anthropic's messages as provider <c>anthropic</c>; a key is then optional.</summary>
    public string? AnthropicBaseUrl { get; set; }

    /// <summary>Where Ollama is looked for; empty: it is not. Default <c>http://127.0.0.1:11434/v1</c>.</summary>
    public string? OllamaUrl { get; set; } = "http://127.0.0.1:11434/v1";

    /// <summary>
    /// <c>TURNPIKE_RECORD</c>: names of providers, separated by commas, whose exchanges are kept as <see cref="ProviderEntry.Record"/> says; <c>*</c>: all. Null: those whose
    /// entries say so.
    /// </summary>
    public string? Record { get; set; }

    /// <summary>How long a connection to a provider may take to be made, from 1 ms to an hour. Default 10 s.</summary>
    public TimeSpan Connect { get; set; } = ProviderTransport.Connect;

    /// <summary>Takes what the environment says for what is not set yet.</summary>
    /// <param name="read">Reads a variable; null when it is not there.</param>
    public ProviderSettings WithEnvironment(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        OpenAIKey ??= Read("OPENAI_API_KEY");
        OpenAIBaseUrl ??= Read("OPENAI_BASE_URL");
        AnthropicKey ??= Read("ANTHROPIC_API_KEY");
        AnthropicBaseUrl ??= Read("ANTHROPIC_BASE_URL");
        Record ??= Read("TURNPIKE_RECORD");
        return this;

        string? Read(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;
    }

    /// <summary>Everything that is wrong, each message beginning with the key it is about.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < Providers.Count; i++)
        {
            var entry = Providers[i];
            var faults = new List<ValidationResult>();
            Validator.TryValidateObject(entry, new ValidationContext(entry), faults, validateAllProperties: true);
            foreach (var fault in faults) yield return Fault($"Turnpike:Providers:{i}:{fault.MemberNames.First()}", fault.ErrorMessage!);
            if (NotAUrl(entry.BaseUrl) is { } wrong) yield return Fault($"Turnpike:Providers:{i}:BaseUrl", wrong);
            if (NotAKey(entry.Key) is { } unfit) yield return Fault($"Turnpike:Providers:{i}:Key", unfit);
            foreach (var (name, value) in entry.Headers) if (NotAHeader(name, value) is { } unsendable) yield return Fault($"Turnpike:Providers:{i}:Headers:{name}", unsendable);
            if (Providers.Take(i).Any(earlier => earlier.Name.Equals(entry.Name, StringComparison.OrdinalIgnoreCase)))
                yield return Fault($"Turnpike:Providers:{i}:Name", $"\"{entry.Name}\" is taken by an earlier provider. Choose another name.");
        }
        if (Connect < TimeSpan.FromMilliseconds(1) || Connect > TimeSpan.FromHours(1)) yield return Fault("Turnpike:Connect", $"is {Connect}; it must be from 1 ms to an hour, such as \"00:00:10\".");
        if (NotAKey(OpenAIKey) is { } openaiKey) yield return Fault("OPENAI_API_KEY", openaiKey);
        if (NotAKey(AnthropicKey) is { } anthropicKey) yield return Fault("ANTHROPIC_API_KEY", anthropicKey);
        if (NotAUrl(OpenAIBaseUrl) is { } openai) yield return Fault("OPENAI_BASE_URL", openai);
        if (NotAUrl(AnthropicBaseUrl) is { } anthropic) yield return Fault("ANTHROPIC_BASE_URL", anthropic);
        if (NotAUrl(OllamaUrl) is { } ollama) yield return Fault("Turnpike:OllamaUrl", ollama);
    }

    private static ValidationResult Fault(string key, string message) => new($"{key} {message}", [key]);

    /// <summary>A key goes into a header. What it is stays unsaid.</summary>
    private static string? NotAKey(string? key) => key?.Trim().All(letter => letter is >= ' ' and <= '~') != false ? null : "holds a character that no key has: a line break, or one outside of ASCII. Copy it once more.";

    /// <summary>What is no header is left out of a request in silence, or stops the first one. Its value stays unsaid.</summary>
    private static string? NotAHeader(string name, string? value) =>
        name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal)) ? "is not the name of a header: letters, digits and - without spaces."
        : value?.All(letter => letter is '\t' or >= ' ' and <= '~') != false ? null
        : "holds a character that no header can carry: a line break, or one outside of ASCII. Write it as the server decodes it, such as percent-encoded.";

    private static string? NotAUrl(string? url)
    {
        if (string.IsNullOrWhiteSpace(url)) return null;
        var shown = url.LastIndexOf('@') is var at and >= 0 ? $"•••{url[at..]}" : url;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return $"\"{shown}\" is not an http or https URL, such as \"http://127.0.0.1:8080/v1\".";
        return uri.UserInfo.Length == 0 ? null : $"\"{shown}\" brings a name or password, which is not sent. Leave it out; give a Key, or a header such as Headers:Authorization.";
    }
}
