using Turnpike.Turns;

namespace Turnpike.Cli;

/// <summary>What the program tells the shell when it ends.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;
    /// <summary>The turn failed or was interrupted, or a replay differs from what is kept.</summary>
    public const int TurnFailed = 1;
    /// <summary>Wrong usage or input that does not fit.</summary>
    public const int BadInput = 2;
    /// <summary>A prompt, conversation, turn, project, uploaded file or model that does not exist.</summary>
    public const int NotFound = 3;
    /// <summary>The provider or the server cannot be reached.</summary>
    public const int Unreachable = 4;
    /// <summary>Ended by Ctrl-C.</summary>
    public const int Cancelled = 130;

    /// <summary>All of them with their meanings, for the help.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "all went well"),
        (TurnFailed, "the turn failed or was interrupted, or a replay differs"),
        (BadInput, "wrong usage, or input that does not fit"),
        (NotFound, "no such prompt, conversation, turn, project, uploaded file or model"),
        (Unreachable, "the provider or the server cannot be reached"),
        (Cancelled, "cancelled by Ctrl-C; what the model had said is kept"),
    ];

    /// <summary>The exit code of an error before or after the model was asked.</summary>
    public static int Of(TurnErrorCode code) => code switch
    {
        TurnErrorCode.PromptNotFound or TurnErrorCode.ConversationNotFound or TurnErrorCode.TurnNotFound or TurnErrorCode.FileNotFound or TurnErrorCode.ProjectNotFound or TurnErrorCode.ModelUnknown => NotFound,
        TurnErrorCode.ProviderUnreachable or TurnErrorCode.StorageUnavailable or TurnErrorCode.ShuttingDown => Unreachable,
        TurnErrorCode.ConversationBusy or TurnErrorCode.InternalError => TurnFailed,
        < TurnErrorCode.ModelUnknown => BadInput,
        _ => TurnFailed,
    };
}
