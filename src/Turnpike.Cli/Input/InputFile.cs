using System.Text;
using Turnpike.Turns.Files;

namespace Turnpike.Cli.Input;

/// <summary>Reads what an argument names: a file, or <c>-</c> for what is piped in.</summary>
internal sealed class InputFile(Surroundings here)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private string? _pipedFor;

    /// <summary>Whether an argument has taken what is piped in.</summary>
    public bool PipeIsTaken => _pipedFor is not null;

    /// <summary>The text of a file, without its last line break.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<string> TextAsync(string path, CancellationToken cancellationToken) => Trimmed(await ExactAsync(path, cancellationToken));

    /// <summary>The text of a file as it is, without a byte order mark.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<string> ExactAsync(string path, CancellationToken cancellationToken) => Text(await BytesAsync(path, cancellationToken)) ?? throw new UsageException($"The file \"{path}\" is no UTF-8 text.", "Save it as UTF-8.");

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static async Task<byte[]> BytesAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path)) throw new UsageException($"\"{path}\" is a folder.", "Give the path of a file; -r takes patterns too, such as \"docs/*.md\".");
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
    public async Task<string> PipedAsync(string argument, CancellationToken cancellationToken) => Typed(await PipedBytesAsync(argument, cancellationToken));

    /// <summary>What is piped in, for one argument, as it is.</summary>
    /// <param name="argument">Which argument asks.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="UsageException">Nothing is piped in, or another argument has it.</exception>
    public Task<byte[]> PipedBytesAsync(string argument, CancellationToken cancellationToken)
    {
        if (_pipedFor is not null) throw new UsageException($"Both {_pipedFor} and {argument} want what is piped in.", "Use \"-\" once; name files for the others.");
        if (here.InIsTerminal) throw new UsageException($"{argument} wants text from a pipe, and there is none.", $"Pipe it in: turnpike … {argument} < file");
        _pipedFor = argument;
        return PipeAsync(cancellationToken);
    }

    /// <summary>What is piped in when no argument took it; empty when nothing is.</summary>
    /// <exception cref="UsageException">It is no text.</exception>
    public async Task<string> RestAsync(CancellationToken cancellationToken) => here.InIsTerminal || PipeIsTaken ? "" : Typed(await PipeAsync(cancellationToken));

    /// <summary>What bytes are that are no text and say so by their first ones: a media type; null for text and for what is not known.</summary>
    public static string? TypeOf(byte[] bytes) => FileTypes.Sniff(bytes) is var type && type is not (FileTypes.Unknown or "text/plain") && (type == "application/pdf" || bytes.Contains((byte)0) || Text(bytes) is null) ? type : null;

    /// <summary>A text without its byte order mark: UTF-8, or UTF-16 that has one; null when bytes are neither.</summary>
    public static string? Text(byte[] bytes)
    {
        try
        {
            return bytes switch
            {
                [0xEF, 0xBB, 0xBF, ..] => Strict.GetString(bytes.AsSpan(3)),
                [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes.AsSpan(2)),
                [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes.AsSpan(2)),
                _ => Strict.GetString(bytes),
            };
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>What is piped in as a text, without its last line break.</summary>
    /// <exception cref="UsageException">It is no text.</exception>
    public static string Typed(byte[] bytes)
    {
        if (TypeOf(bytes) is { } type) throw new UsageException($"What is piped in is no text but {type}.", "Attach it for the model to read: -r - takes what is piped in, -r picture.png a file.");
        return Trimmed(Text(bytes) ?? throw new UsageException("What is piped in is no UTF-8 text.", "Name the file if the model is to read it: -r picture.png. A text of another encoding goes through iconv -t utf-8 first."));
    }

    // Reading a pipe cannot be cancelled; who presses Ctrl-C need not wait for its end.
    private Task<byte[]> PipeAsync(CancellationToken cancellationToken) => Task.Run(() => here.Piped is { } piped ? Whole(piped) : Encoding.UTF8.GetBytes(here.In.ReadToEnd()), CancellationToken.None).WaitAsync(cancellationToken);

    private static byte[] Whole(Stream piped)
    {
        using var whole = new MemoryStream();
        piped.CopyTo(whole);
        return whole.ToArray();
    }

    private static string Trimmed(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
