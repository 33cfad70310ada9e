using System.Text.RegularExpressions;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Cli.Input;

/// <summary>Reads the prompt of <c>turnpike run</c>: a key, <c>key@version</c>, or a <c>.prompt</c> file.</summary>
internal static partial class PromptArgument
{
    /// <summary>The prompt that an argument means.</summary>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    /// <exception cref="TurnException">A file is no prompt.</exception>
    public static async Task<PromptReference> ReadAsync(string argument, CancellationToken cancellationToken)
    {
        if (!IsFile(argument)) return PromptReference.Parse(argument);
        return PromptFile.Parse(await InputFile.ExactAsync(argument, cancellationToken), KeyOf(argument));
    }

    /// <summary>The key that a file's name gives: <c>trip.draft.prompt</c> is <c>trip.draft</c>.</summary>
    public static string KeyOf(string path) => PromptFile.KeyOf(Path.GetFileName(path));

    /// <summary>Whether an argument can be a prompt; anything else that stands alone is typed text.</summary>
    public static bool Fits(string argument) => Reference.IsMatch(argument) || IsFile(argument);

    private static bool IsFile(string argument) => argument.EndsWith(PromptFile.Extension, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]+(@[A-Za-z0-9._-]+)?\z")]
    private static partial Regex Reference { get; }
}
