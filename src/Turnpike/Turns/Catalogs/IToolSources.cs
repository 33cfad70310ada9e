namespace Turnpike.Turns.Catalogs;

/// <summary>Sources of tools that come and go while the program runs.</summary>
public interface IToolSources
{
    /// <summary>The sources there are now. The same list as long as nothing changed.</summary>
    IReadOnlyList<IToolSource> Now { get; }
}
