using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Calls;

/// <summary>For whom a function is called: the turn whose model asked for it. It stands in the context of the arguments under <see cref="Key"/>.</summary>
public sealed record CallingTurn
{
    /// <summary>The key in the context of the arguments.</summary>
    public const string Key = "turnpike.turn";

    /// <summary>Who asks; null: nobody that is known.</summary>
    public string? User { get; init; }
    /// <summary>For whom the user asks; null: for no organization.</summary>
    public string? Organization { get; init; }
    /// <summary>The project whose settings count; null: none.</summary>
    public string? Project { get; init; }
    /// <summary>IANA name of the person's time zone; null: UTC.</summary>
    public string? TimeZone { get; init; }
    /// <summary>Whether the turn's content goes when it has ended, so that nothing made of it may stay either.</summary>
    public bool IsForgotten { get; init; }

    /// <summary>The turn for which a function is called; null: it is called for none.</summary>
    public static CallingTurn? Of(AIFunctionArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments.Context?.TryGetValue(Key, out var given) == true ? given as CallingTurn : null;
    }

    /// <summary>A turn that was just prepared.</summary>
    internal static CallingTurn Of(PreparedTurn prepared)
    {
        var draft = prepared.Draft;
        return new() { User = draft.Request.User, Organization = draft.Request.Organization, Project = draft.Project, TimeZone = draft.Request.TimeZone ?? draft.Conversation.TimeZone, IsForgotten = draft.Store == false };
    }
}
