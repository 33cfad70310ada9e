namespace Turnpike.Turns;

/// <summary>A turn that cannot go on, with a code, a message for people and, where a text is at fault, the place in it.</summary>
/// <param name="code">Which promise was broken.</param>
/// <param name="message">What happened and what to do; names the thing in quotes and holds no secret, and nothing of the machine that it happened on: clients read it.</param>
/// <param name="inner">The cause, for the log only.</param>
public sealed class TurnException(TurnErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Which promise was broken.</summary>
    public TurnErrorCode Code => code;

    /// <summary>The same for who runs the program, with the names, places and addresses that clients are not told, for the log, the start and the command line; null: the message says it all.</summary>
    public string? OperatorMessage { get; init; }

    /// <summary>The stretch of the typed text or template that is at fault, if one is.</summary>
    public TextSpan? Span { get; init; }

    /// <summary>The field of the request that is at fault, as a path such as <c>parameters.temperature</c>, if one is.</summary>
    public string? Field { get; init; }

    /// <summary>A word of other protocols that says it more exactly than the code, such as <c>tool_call_unknown</c>; null: the code says it.</summary>
    public string? Narrower { get; init; }

    /// <summary>All variables at fault, for the <c>variable_…</c> codes: those of the error's own code first, each with its own.</summary>
    public IReadOnlyList<VariableFault> Variables { get; init; } = [];

    /// <summary>How long to wait before trying again, where time heals it.</summary>
    public TimeSpan? RetryAfter { get; init; }
    /// <summary>The same in whole seconds, 1 or more.</summary>
    internal int? RetryAfterSeconds => RetryAfter is { } pause ? Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)) : null;

    /// <summary>Whether the same may go well at another time. A limit of ours that time heals says when; what is more than a whole limit never fits.</summary>
    internal bool IsRetryable => code.IsRetryable() && (code != TurnErrorCode.RateLimited || RetryAfter is not null);

    /// <summary>The status that the provider answered with, for the <c>provider_…</c> codes.</summary>
    public int? ProviderStatus { get; init; }

    /// <summary>What the provider calls the request that it refused, if it says so; its support asks for it.</summary>
    public string? ProviderRequestId { get; init; }

    /// <summary>The draft that had nothing to send, so that what its sticky triggers set can be kept.</summary>
    internal Drafts.TurnDraft? Unsent { get; init; }

    /// <summary>The same without secrets in its words; null when there are none in them.</summary>
    internal TurnException? Without(IReadOnlyList<string> secrets)
    {
        string? Told(string? text) => text is null ? null : SecretText.Hide(text, secrets);
        if (secrets.Count == 0 || (Told(Message) == Message && Told(OperatorMessage) == OperatorMessage && Variables.All(fault => Told(fault.Message) == fault.Message))) return null;
        return new(code, Told(Message)!, InnerException)
        {
            OperatorMessage = Told(OperatorMessage),
            Span = Span,
            Field = Field,
            Narrower = Narrower,
            Variables = [.. Variables.Select(fault => fault with { Message = Told(fault.Message)! })],
            RetryAfter = RetryAfter,
            ProviderStatus = ProviderStatus,
            ProviderRequestId = ProviderRequestId,
            Unsent = Unsent,
        };
    }
}
