using System.Text;

namespace Turnpike.Cli.Input;

/// <summary>Reads what an argument names: a file, or <c>-</c> for what is piped in.</summary>
internal sealed class InputFile(Surroundings here)
{
    private string? _pipedFor;

    /// <summary>Whether an argument has taken what is piped in.</summary>
    public bool PipeIsTaken => _pipedFor is not null;

    /// <summary>The text of a file, without its last line break.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<string> TextAsync(string path, CancellationToken cancellationToken) => Trimmed(await ExactAsync(path, cancellationToken));

    /// <summary>The text of a file as it is, without a byte order mark.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<string> ExactAsync(string path, CancellationToken cancellationToken) => Encoding.UTF8.GetString(WithoutMark(await BytesAsync(path, cancellationToken)));

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<byte[]> BytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"The file \"{path}\" cannot be read: {error.Message}", "Give the path of a file that exists.");
        }
    }

    /// <summary>What is piped in, for one argument, without its last line break.</summary>
    /// <param name="argument">Which argument asks.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UsageException">Nothing is piped in, or another argument has it.</exception>
    public async Task<string> PipedAsync(string argument, CancellationToken cancellationToken)
    {
        if (_pipedFor is not null) throw new UsageException($"Both {_pipedFor} and {argument} want what is piped in.", "Use \"-\" once; name files for the others.");
        if (here.InIsTerminal) throw new UsageException($"{argument} wants text from a pipe, and there is none.", $"Pipe it in: turnpike … {argument} < file");
        _pipedFor = argument;
        return Trimmed(await PipeAsync(cancellationToken));
    }

    /// <summary>What is piped in when no argument took it; empty when nothing is.</summary>
    public async Task<string> RestAsync(CancellationToken cancellationToken) => here.InIsTerminal || PipeIsTaken ? "" : Trimmed(await PipeAsync(cancellationToken));

    // Reading a pipe cannot be cancelled; who presses Ctrl-C need not wait for its end.
    private Task<string> PipeAsync(CancellationToken cancellationToken) => Task.Run(here.In.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

    private static ReadOnlySpan<byte> WithoutMark(byte[] bytes) => bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsSpan(3) : bytes;

    private static string Trimmed(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
