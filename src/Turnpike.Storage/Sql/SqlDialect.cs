namespace Turnpike.Storage.Sql;

/// <summary>What an engine wants otherwise than SQLite, in whose words the statements are written.</summary>
internal abstract class SqlDialect
{
    private const string FlagEnd = "_is_null";

    /// <summary>The statement in the engine's words.</summary>
    public abstract string Translate(string sql);

    /// <summary>The text without what the engine does not take.</summary>
    public abstract string Clean(string text);

    /// <summary>The parameters that a translated statement has beside its own: each tells whether another is null.</summary>
    public abstract IEnumerable<string> Flags(string translated);

    /// <summary>The name of the parameter that tells whether another one is null.</summary>
    protected static string Flag(string parameter) => parameter + FlagEnd;

    /// <summary>The name of the parameter that a flag is about.</summary>
    public static string Flagged(string flag) => flag[..^FlagEnd.Length];
}
