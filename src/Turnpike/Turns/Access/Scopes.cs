using System.Collections.Frozen;

namespace Turnpike.Turns.Access;

/// <summary>What a key may do.</summary>
public static class Scopes
{
    /// <summary>Submit, preview, follow and cancel turns.</summary>
    public const string Turns = "turns";
    /// <summary>Read prompts, rules, tags, projects and shared variables.</summary>
    public const string PromptsRead = "prompts:read";
    /// <summary>Change prompts, labels, rules, tags, projects and shared variables; it includes reading them.</summary>
    public const string PromptsWrite = "prompts:write";
    /// <summary>Read and change conversations.</summary>
    public const string Conversations = "conversations";
    /// <summary>Upload, read and delete files; name files of the workspace by their path, and find files by name, path or glob in typed text.</summary>
    public const string Files = "files";
    /// <summary>Read tokens and costs.</summary>
    public const string Usage = "usage";
    /// <summary>Connect and disconnect tool servers and hooks.</summary>
    public const string ToolsManage = "tools:manage";
    /// <summary>Create, list, rotate and revoke keys of the same organization, with no more scopes than one's own.</summary>
    public const string KeysManage = "keys:manage";
    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    /// <summary>All there are, in the order in which they are told.</summary>
    public static IReadOnlyList<string> All { get; } = [Turns, PromptsRead, PromptsWrite, Conversations, Files, Usage, ToolsManage, KeysManage, Admin];

    private static readonly FrozenSet<string> Known = All.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether there is such a scope.</summary>
    public static bool IsKnown(string scope) => Known.Contains(scope);

    /// <summary>Whether somebody with these scopes may do what another scope allows.</summary>
    public static bool Allow(IReadOnlyCollection<string> held, string wanted)
    {
        ArgumentNullException.ThrowIfNull(held);
        return held.Contains(wanted) || held.Contains(Admin) || (wanted == PromptsRead && held.Contains(PromptsWrite));
    }
}
