using System.Text.RegularExpressions;
using Turnpike.Cli.Clients;
using Turnpike.Cli.Sync;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Cli.Input;

/// <summary>Reads the prompt of <c>turnpike run</c>: a key, <c>key@version</c>, or a <c>.prompt</c> file.</summary>
internal static partial class PromptArgument
{
    /// <summary>The prompt that an argument means; that of a file with the files that its resources name and the partials that stand in its folders, as it was never saved.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="turnpike">Where other partials are kept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UsageException">A file cannot be read.</exception>
    /// <exception cref="TurnException">A file is no prompt.</exception>
    public static async Task<PromptReference> ReadAsync(string argument, ITurnpike turnpike, CancellationToken cancellationToken)
    {
        if (!IsFile(argument)) return PromptReference.Parse(argument);
        return await PartialFiles.IncludedAsync(FilesBeside.Prompt(await InputFile.ExactAsync(argument, cancellationToken), argument, KeyOf(argument)), argument, turnpike, cancellationToken);
    }

    /// <summary>The key that a file's name gives: <c>trip.draft.prompt</c> is <c>trip.draft</c>.</summary>
    public static string KeyOf(string path) => PromptFile.KeyOf(Path.GetFileName(path));

    /// <summary>Whether an argument can be a prompt; anything else that stands alone is typed text.</summary>
    public static bool Fits(string argument) => Reference.IsMatch(argument) || IsFile(argument);

    private static bool IsFile(string argument) => argument.EndsWith(PromptFile.Extension, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[A-Za-z0-9._/-]+(@[A-Za-z0-9._-]+)?\z")]
    private static partial Regex Reference { get; }
}
