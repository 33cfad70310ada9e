namespace Turnpike.Cli;

/// <summary>An argument that cannot be used.</summary>
/// <param name="message">What is wrong with it, in one line.</param>
/// <param name="remedy">What to do, in one line.</param>
internal sealed class UsageException(string message, string remedy) : Exception(message)
{
    /// <summary>What to do, in one line.</summary>
    public string Remedy => remedy;
}
