using Turnpike.Turns;

namespace Turnpike.Cli.Output;

/// <summary>What a person at a terminal can do about an error.</summary>
internal static class Remedy
{
    /// <summary>One line; null when the error's own message says it all.</summary>
    public static string? For(TurnErrorCode code) => code switch
    {
        TurnErrorCode.Unauthorized or TurnErrorCode.Forbidden => "Put a key of the server into TURNPIKE_KEY.",
        TurnErrorCode.PromptNotFound => "All prompts: turnpike prompts list",
        TurnErrorCode.ConversationNotFound => "All conversations: turnpike conversations list",
        TurnErrorCode.TurnNotFound => "Turns of a conversation: turnpike conversations show <id>",
        TurnErrorCode.ProjectNotFound => "All projects: turnpike projects list",
        TurnErrorCode.RuleNotFound => "All rules: turnpike rules list. All tags: turnpike tags list",
        TurnErrorCode.ModelUnknown => "All models: turnpike models list",
        TurnErrorCode.ToolUnknown => "All tools: turnpike tools list. All tool servers: turnpike tools servers list",
        TurnErrorCode.TriggerUnknown or TurnErrorCode.TriggerInvalid => @"All triggers: turnpike triggers list. A literal @. is written \@.",
        TurnErrorCode.ContentMissing => "Type a text behind the command, or pipe one in.",
        TurnErrorCode.VariableMissing or TurnErrorCode.VariableInvalid => "Give values with -v name=value, -v name=@file or -v name=- (what is piped in).",
        TurnErrorCode.VariableUndefined => "The prompt's variables: turnpike prompts show <key>",
        TurnErrorCode.ParameterUnknown or TurnErrorCode.ParameterInvalid => "Parameters are given with -p name=value; the names are in: turnpike run --help",
        TurnErrorCode.ConversationBusy => "Wait for its turn to end, or start another conversation.",
        TurnErrorCode.ProviderUnauthorized => "Look at the provider's key, for example OPENAI_API_KEY or ANTHROPIC_API_KEY.",
        TurnErrorCode.ProviderUnreachable => "Look at the network and at the provider's address, for example OPENAI_BASE_URL.",
        TurnErrorCode.ProviderRateLimited or TurnErrorCode.RateLimited => "Try again in a while, or use another model with -m.",
        TurnErrorCode.ContextLengthExceeded => "Send less, or use a model with a larger window.",
        TurnErrorCode.InternalError => "This is a fault of the program. What was kept of the turn is in: turnpike conversations list",
        _ => null,
    };
}
