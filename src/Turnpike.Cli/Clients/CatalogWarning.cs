namespace Turnpike.Cli.Clients;

/// <summary>What is said when a catalog is not whole.</summary>
internal static class CatalogWarning
{
    /// <summary>A provider could not be asked for its models.</summary>
    public static string Provider(string name, string message) => $"Provider \"{name}\" cannot be asked: {message}";

    /// <summary>A source could not be asked for its tools.</summary>
    public static string Tools(string source, string message) => $"Tool source \"{source}\" cannot be asked: {message}";
}
