namespace Turnpike.Turns;

/// <summary>
/// Why a turn was refused or failed, in the order of the road. Written in JSON and on the wire in snake_case
/// (<c>prompt_not_found</c>); see <see cref="TurnErrorCodes.Text"/>.
/// </summary>
public enum TurnErrorCode
{
    /// <summary>The body or the query cannot be read.</summary>
    RequestInvalid,
    /// <summary>No key, or an unknown one.</summary>
    Unauthorized,
    /// <summary>A key without the scope.</summary>
    Forbidden,
    /// <summary>A body or an upload over its limit.</summary>
    RequestTooLarge,
    /// <summary>No such prompt.</summary>
    PromptNotFound,
    /// <summary>No such conversation.</summary>
    ConversationNotFound,
    /// <summary>No such turn.</summary>
    TurnNotFound,
    /// <summary>No such file.</summary>
    FileNotFound,
    /// <summary>No such project.</summary>
    ProjectNotFound,
    /// <summary>Somebody else saved in the meantime.</summary>
    VersionConflict,
    /// <summary>A turn runs on this branch.</summary>
    ConversationBusy,
    /// <summary>The same idempotency key came with another body.</summary>
    IdempotencyConflict,
    /// <summary>A trigger that nobody registered; only under policy <c>reject</c>.</summary>
    TriggerUnknown,
    /// <summary>A trigger whose arguments do not fit; only under policy <c>reject</c>.</summary>
    TriggerInvalid,
    /// <summary>A middleware or hook refused the turn.</summary>
    Rejected,
    /// <summary>There is nothing to send.</summary>
    ContentMissing,
    /// <summary>Required variables have no value.</summary>
    VariableMissing,
    /// <summary>A value does not fit its variable's type or constraints.</summary>
    VariableInvalid,
    /// <summary>A placeholder or a value names a variable that nobody declared.</summary>
    VariableUndefined,
    /// <summary>A template does not parse.</summary>
    TemplateInvalid,
    /// <summary>A template went over a bound of depth, size or time.</summary>
    TemplateLimit,
    /// <summary>No such rule.</summary>
    RuleNotFound,
    /// <summary>No such tool.</summary>
    ToolUnknown,
    /// <summary>No such resource.</summary>
    ResourceNotFound,
    /// <summary>A resource could not be loaded.</summary>
    ResourceFailed,
    /// <summary>The model cannot read this kind of resource.</summary>
    ResourceUnsupported,
    /// <summary>A resource over its limit.</summary>
    ResourceTooLarge,
    /// <summary>No such parameter.</summary>
    ParameterUnknown,
    /// <summary>A parameter outside its range.</summary>
    ParameterInvalid,
    /// <summary>The newest turn alone does not fit the model's window.</summary>
    ContextLengthExceeded,
    /// <summary>No such model.</summary>
    ModelUnknown,
    /// <summary>Money or tokens are used up.</summary>
    BudgetExceeded,
    /// <summary>Too many requests.</summary>
    RateLimited,
    /// <summary>The provider refused our key.</summary>
    ProviderUnauthorized,
    /// <summary>The provider limits us.</summary>
    ProviderRateLimited,
    /// <summary>The provider refused the request itself.</summary>
    ProviderRefused,
    /// <summary>The provider failed.</summary>
    ProviderError,
    /// <summary>The provider cannot be reached.</summary>
    ProviderUnreachable,
    /// <summary>The provider's stream broke off or held garbage.</summary>
    ProviderStreamBroken,
    /// <summary>A deadline passed.</summary>
    Timeout,
    /// <summary>The store cannot be reached or written.</summary>
    StorageUnavailable,
    /// <summary>The server is stopping.</summary>
    ShuttingDown,
    /// <summary>A fault of ours.</summary>
    InternalError,
}
