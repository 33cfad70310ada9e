namespace Turnpike.Models;

/// <summary>How long the provider of a model is waited for, and what is said when that was not enough.</summary>
internal sealed class Patience
{
    private readonly string _provider;

    public Patience(string model, ModelOptions options)
    {
        _provider = model.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? model[..end] : model;
        options.Providers.TryGetValue(_provider, out var own);
        (FirstToken, BetweenTokens) = (own?.FirstToken ?? options.FirstToken, own?.BetweenTokens ?? options.BetweenTokens);
    }

    /// <summary>How long it may take to its first token.</summary>
    public TimeSpan FirstToken { get; }

    /// <summary>How long it may fall silent between tokens.</summary>
    public TimeSpan BetweenTokens { get; }

    /// <summary>What the provider did for too long, and which settings say how long that is.</summary>
    /// <param name="spoke">Whether a token had come.</param>
    public string Fault(bool spoke)
    {
        var (did, how, key) = spoke ? ("fell silent", BetweenTokens, nameof(BetweenTokens)) : ("said nothing", FirstToken, nameof(FirstToken));
        return FormattableString.Invariant($"{did} for {how.TotalSeconds:0.###} s. Turnpike:ModelCalls:{key} says how long it may, and Turnpike:ModelCalls:Providers:{_provider}:{key} for this provider alone");
    }
}
