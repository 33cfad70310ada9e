using System.ComponentModel.DataAnnotations;
using Turnpike.Server.Access;

namespace Turnpike.Server.Compatible;

/// <summary>What the compatible faces do unless a request or its key says otherwise: section <c>Turnpike:Compatible</c>.</summary>
internal sealed class FaceOptions : IValidatableObject
{
    /// <summary>Whether triggers are read: <c>on</c>, <c>off</c>, or null for the face's own habit (off on <c>/v1</c>, on elsewhere).</summary>
    public string? Triggers { get; set => field = value?.ToLowerInvariant(); }

    /// <summary><c>full</c>: requests without a prompt get the base system text, rules and tools too. <c>transparent</c>, or null: they do not.</summary>
    public string? Compose { get; set => field = value?.ToLowerInvariant(); }

    /// <summary>Whether chat completions are stored unless the request says so.</summary>
    public bool StoreChat { get; set; }

    /// <summary>Whether chat completions tell reasoning as <c>reasoning_content</c>. Default: they do.</summary>
    public bool ReasoningContent { get; set; } = true;

    /// <summary>Whether prompts are listed as models. Default: they are.</summary>
    public bool ListPrompts { get; set; } = true;

    /// <summary>What becomes of calls that need an approval where nobody can be asked: <c>ask</c> (refused) or <c>allow</c>.</summary>
    public string Approvals { get; set => field = value?.ToLowerInvariant() ?? "ask"; } = "ask";

    /// <summary>What counts for a request: what its key says, or, without a key, what is configured.</summary>
    public FaceOptions For(HttpContext http) => Visitor.Of(http).Key is not { Settings: var said } ? this : new()
    {
        Triggers = said.Triggers ?? Triggers,
        Compose = said.Compose ?? Compose,
        StoreChat = said.StoreChat,
        ReasoningContent = said.ReasoningContent,
        ListPrompts = said.ListPrompts,
        Approvals = said.Approvals,
    };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Triggers is not (null or "" or "on" or "off")) yield return new("It must be on or off.", [nameof(Triggers)]);
        if (Compose is not (null or "" or "full" or "transparent")) yield return new("It must be full or transparent.", [nameof(Compose)]);
        if (Approvals is not ("ask" or "allow")) yield return new("It must be ask or allow.", [nameof(Approvals)]);
    }
}
