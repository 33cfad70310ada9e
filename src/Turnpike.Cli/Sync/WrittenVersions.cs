using System.Globalization;
using System.Text;
using Turnpike.Cli.Clients;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Turns;

namespace Turnpike.Cli.Sync;

/// <summary>Compares files with what is kept.</summary>
internal static class WrittenVersions
{
    private const int MostLookedBack = 100; // versions before the newest

    /// <summary>A prompt as a folder has it.</summary>
    /// <exception cref="TurnException">The format has no way to say it.</exception>
    public static byte[] Write(Prompt prompt) => Encoding.UTF8.GetBytes(PromptFile.Write(prompt));

    /// <summary>Whether a prompt would be written as a file that is here. A file does not say all that JSON may: what is empty, or written another way.</summary>
    public static bool Says(Prompt prompt, ReadOnlySpan<byte> file)
    {
        try
        {
            return file.SequenceEqual(Write(prompt));
        }
        catch (TurnException)
        {
            return false;
        }
    }

    /// <summary>The newest version that a file is; null when it is none: then it was edited here.</summary>
    public static async Task<int?> OfAsync(ITurnpike turnpike, Prompt newest, byte[] file, CancellationToken cancellationToken)
    {
        var lines = Lines(file);
        for (var version = newest.Id is null ? 0 : newest.Version ?? 0; version > 0 && version >= newest.Version - MostLookedBack; version--)
        {
            try
            {
                var kept = version == newest.Version ? newest : await turnpike.PromptAsync(new PromptReference { Id = newest.Key, Version = version.ToString(CultureInfo.InvariantCulture) }, cancellationToken);
                if (Lines(Write(kept)) == lines) return version;
            }
            catch (TurnException error) when (error.Code is TurnErrorCode.PromptNotFound or TurnErrorCode.RequestInvalid)
            {
                // no version has the number, or no file can say it
            }
        }
        return null;
    }

    /// <summary>A text whose lines end one way: a tool that keeps files may have changed that.</summary>
    public static string Lines(byte[] text) => Encoding.UTF8.GetString(text).ReplaceLineEndings("\n");
}
