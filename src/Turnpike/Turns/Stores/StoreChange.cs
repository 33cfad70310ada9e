namespace Turnpike.Turns.Stores;

/// <summary>Word that something in the stores changed.</summary>
/// <param name="Topic">What kind of thing: one of the constants here.</param>
/// <param name="Id">Which one; empty: any of them may have changed.</param>
public readonly record struct StoreChange(string Topic, string Id)
{
    /// <summary>The log of a turn that runs on another node grew.</summary>
    public const string Turn = "turn";

    /// <summary>Somebody asked for the end of a turn that runs on another node.</summary>
    public const string Cancel = "cancel";

    /// <summary>A prompt, by key: a version was saved, or a label moved.</summary>
    public const string Prompt = "prompt";

    /// <summary>Rules, tags, projects or shared variables.</summary>
    public const string Settings = "settings";

    /// <summary>The tool servers that were added.</summary>
    public const string ToolServers = "tool-servers";

    /// <summary>Changes of any topic may have been missed, for example because the connection to the database was lost.</summary>
    public const string Everything = "everything";
}
