using System.ComponentModel.DataAnnotations;

namespace Turnpike.Middleware.Hooks;

/// <summary>A program behind a URL that sees turns.</summary>
public sealed class HookOptions
{
    /// <summary>The draft is ready: content, model, parameters, variables, tools, rules and system text can be changed.</summary>
    public const string TurnFinalize = "turn-finalize";
    /// <summary>The request to the model is ready: messages and parameters can be changed, tools left out.</summary>
    public const string BeforeStart = "before-start";
    /// <summary>The turn has ended and is kept; the answer is not read.</summary>
    public const string AfterTurn = "after-turn";

    /// <summary>What the trace, warnings and errors call it; null: the host of its URL.</summary>
    public string? Name { get; set; }

    /// <summary>Where it is asked: http or https.</summary>
    public string Url { get; set; } = "";

    /// <summary>When it is asked: <c>turn-finalize</c>, <c>before-start</c>, <c>after-turn</c>, or several with commas between. Default <c>turn-finalize</c>.</summary>
    public string At { get; set; } = TurnFinalize;

    /// <summary>The key of the signature; null: requests are not signed.</summary>
    public string? Secret { get; set; }

    /// <summary>How long it may take, 50 ms to a minute. Default 5 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What becomes of the turn when it cannot be asked or answers something else. Default: the turn is refused.</summary>
    public HookFailure OnError { get; set; } = HookFailure.Refuse;

    internal string Title => Name ?? new Uri(Url).Host;

    internal IEnumerable<string> Points => At.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks the options.</summary>
    /// <param name="key">Where they stand, for the message: <c>Turnpike:Hooks:0</c>.</param>
    /// <exception cref="ValidationException">One does not fit.</exception>
    public void Check(string key)
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) throw new ValidationException($"{key}:Url is \"{Url}\"; it must be an http or https URL.");
        if (!Points.Any() || Points.FirstOrDefault(point => point is not (TurnFinalize or BeforeStart or AfterTurn)) is not null) throw new ValidationException($"{key}:At is \"{At}\"; it must be {TurnFinalize}, {BeforeStart} or {AfterTurn}, or several of them with commas between.");
        if (Timeout < TimeSpan.FromMilliseconds(50) || Timeout > TimeSpan.FromMinutes(1)) throw new ValidationException($"{key}:Timeout is {Timeout}; it must be 50 ms to a minute.");
        if (Secret is { Length: 0 }) throw new ValidationException($"{key}:Secret is empty. Give one, or leave it out to send requests without a signature.");
    }
}

/// <summary>What becomes of a turn when a hook fails.</summary>
public enum HookFailure
{
    /// <summary>It is refused with <c>rejected</c>.</summary>
    Refuse,
    /// <summary>It goes on without the hook, with the warning <c>hook_failed</c>.</summary>
    Continue,
}
