using System.Text.RegularExpressions;
using Turnpike.Prompts;

namespace Turnpike.Cli.Input;

/// <summary>Reads the prompt of <c>turnpike run</c>: a key, <c>key@version</c>, or a <c>.prompt</c> file.</summary>
internal static partial class PromptArgument
{
    /// <summary>The prompt that an argument means.</summary>
    public static PromptReference Read(string argument)
    {
        return PromptReference.Parse(argument);
    }

    /// <summary>The key that a file's name gives: <c>trip.draft.prompt</c> is <c>trip.draft</c>.</summary>
    public static string KeyOf(string path) => Path.GetFileName(path) is var name && name.EndsWith(".prompt", StringComparison.OrdinalIgnoreCase) ? name[..^".prompt".Length] : Path.GetFileNameWithoutExtension(path);

    /// <summary>Whether an argument can be a prompt; anything else that stands alone is typed text.</summary>
    public static bool Fits(string argument) => Reference.IsMatch(argument) || IsFile(argument);

    private static bool IsFile(string argument) => argument.EndsWith(".prompt", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]+(@[A-Za-z0-9._-]+)?\z")]
    private static partial Regex Reference { get; }
}
