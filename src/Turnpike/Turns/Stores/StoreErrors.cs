using Turnpike.Prompts;

namespace Turnpike.Turns.Stores;

/// <summary>What every store says when a promise cannot be kept.</summary>
internal static class StoreErrors
{
    public static TurnException Running(string conversation, string turn) =>
        new(TurnErrorCode.ConversationBusy, $"Turn \"{turn}\" of conversation \"{conversation}\" is still running. Wait for its end, cancel it, or answer to an earlier turn.");

    public static TurnException Queued(string conversation, string turn) =>
        new(TurnErrorCode.ConversationBusy, $"Turn \"{turn}\" of conversation \"{conversation}\" came first and still waits in the queue. Wait for its end, or cancel it.");

    public static TurnException Moved(string conversation, string? head) => new(TurnErrorCode.ConversationBusy,
        head is null ? $"Conversation \"{conversation}\" was changed while this turn was prepared. Send the turn again." : $"Conversation \"{conversation}\" went on with turn \"{head}\" while this turn was prepared. Send the turn again to answer to that one.");

    public static TurnException Taken(string conversation) =>
        new(TurnErrorCode.ConversationBusy, $"There is a conversation \"{conversation}\" already. Send the turn again to continue it.");

    public static TurnException IsHere(string kind, string id) =>
        new(TurnErrorCode.VersionConflict, $"There is a {kind} \"{id}\" here already, and an import changes nothing that is here. Import the file again: what is known by then is left out.");

    public static TurnException HasTurns(string conversation) =>
        new(TurnErrorCode.VersionConflict, $"A conversation \"{conversation}\" was deleted, but others go on from its turns, and the file has not all of those. Delete the others first, or give the conversation and its turns other ids in the file.");

    public static TurnException NoConversation(string conversation) =>
        new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{conversation}\". It may have been deleted; leave the conversation out to start a new one.");

    public static TurnException NoParent(string turn) =>
        new(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\" to answer to. It may have been deleted; leave the parent out to answer to the newest turn.");

    public static TurnException NoOrigin(string turn) =>
        new(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\" to go on from. It was deleted with its conversation.") { Field = "turn" };

    public static TurnException NotRunning(string turn) =>
        new(TurnErrorCode.TurnNotFound, $"Turn \"{turn}\" takes no more events: it was deleted, has ended elsewhere, or an earlier part of its log could not be written.");

    public static TurnException LogIncomplete(string turn) =>
        new(TurnErrorCode.StorageUnavailable, $"The end of turn \"{turn}\" does not follow on what its log holds: an earlier part could not be written. The turn is ended as interrupted, with that log, once its lease runs out.");

    public static TurnException OtherBody(string turn) => new(TurnErrorCode.IdempotencyConflict,
        $"The idempotency key was used for turn \"{turn}\" with another request. Use a new key for a new request.");

    public static TurnException Version(string key, int? expected, int newest) => new(TurnErrorCode.VersionConflict, newest == 0
        ? $"There is no prompt \"{key}\" yet, but version {expected} was expected. Leave the expected version out, or give 0."
        : expected == 0
            ? $"There is a prompt \"{key}\" already, at version {newest}. Save a new version of it, or choose another key."
            : $"Prompt \"{key}\" is at version {newest} by now, not at {expected}. Look at what changed and save again.");

    public static TurnException NoKey() => new(TurnErrorCode.RequestInvalid, "A prompt needs a \"key\" to be saved.") { Field = "key" };

    public static TurnException IsId(string key) => new(TurnErrorCode.RequestInvalid, $"\"{key}\" finds another prompt already: it is its id, or one that it had elsewhere. Save under that prompt's key, or choose another one.") { Field = "key" };

    /// <summary>Why a version cannot be given a label; null: it can. One that is kept can always be taken away.</summary>
    public static TurnException? Label(string label, int? version)
    {
        if (version is null) return null;
        if (label == PromptLabel.Latest) return Wrong("it always names the newest version");
        if (label.All(char.IsAsciiDigit)) return Wrong("labels have at least one character that is not a digit, so that they differ from version numbers");
        if (label.Length > PromptLabel.Longest || label != label.Trim() || label.Contains('@', StringComparison.Ordinal) || label.Any(char.IsControl) || !AddressSteps.Fit(label)) return Wrong($"labels have 1 to {PromptLabel.Longest} characters, no @, no spaces around them, and neither . nor .. nor nothing between slashes");
        return null;

        TurnException Wrong(string why) => new(TurnErrorCode.RequestInvalid, $"\"{label}\" cannot be a label: {why}.") { Field = "label" };
    }

    public static TurnException Protected(string label, string prompt) =>
        new(TurnErrorCode.Forbidden, $"The label \"{label}\" of prompt \"{prompt}\" is protected: it is moved only by who has the right to, and who says so.") { Field = "label" };

    public static TurnException Revision(string key, int expected, int revision) => new(TurnErrorCode.VersionConflict, revision == 0
        ? $"There is no draft of \"{key}\", but revision {expected} was expected. It may have been published or thrown away."
        : $"The draft of \"{key}\" is at revision {revision} by now, not at {expected}. Look at what changed and save again.");

    public static TurnException TestsRevision(string key, int expected, int revision) => new(TurnErrorCode.VersionConflict, revision == 0
        ? $"Prompt \"{key}\" has no tests, but revision {expected} was expected. They may have been deleted."
        : $"The tests of prompt \"{key}\" are at revision {revision} by now, not at {expected}. Look at what changed and save again.");

    public static TurnException NotPassed(string label, string prompt, string why) =>
        new(TurnErrorCode.Rejected, $"The label \"{label}\" of prompt \"{prompt}\" moves only to a version that has passed its tests. {why} Nothing was moved.") { Field = "version" };

    public static TurnException Held(string label, string prompt) =>
        new(TurnErrorCode.Rejected, $"The label \"{label}\" of prompt \"{prompt}\" is held by its tests: without it, {(label == "production" ? "the newest version would be served, tested or not" : "requests that name it would find nothing")}. Move it to a version that passes, take it out of the tests' \"labels\", or say \"force\" with a key that may move protected labels. Nothing was changed.") { Field = "label" };

    public static TurnException Cursor(string after) =>
        new(TurnErrorCode.RequestInvalid, $"\"{after}\" is not where a page ended. Use the value of \"next\" as it came.") { Field = "after" };
}
