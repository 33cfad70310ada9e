using System.Text;

namespace Turnpike.Cli;

/// <summary>What the program stands in: its three streams, what they are connected to, the environment, and the wish to stop.</summary>
internal sealed record Surroundings
{
    /// <summary>Where typed text may be piped in.</summary>
    public required TextReader In { get; init; }
    /// <summary>What is piped in, as it is; null: only <see cref="In"/> has it.</summary>
    public Stream? Piped { get; init; }
    /// <summary>Where results go, and nothing else.</summary>
    public required TextWriter Out { get; init; }
    /// <summary>Where the program talks: warnings, progress, errors.</summary>
    public required TextWriter Error { get; init; }
    /// <summary>Whether a person would have to type what is read from <see cref="In"/>.</summary>
    public bool InIsTerminal { get; init; }
    /// <summary>Whether a person reads <see cref="Out"/>.</summary>
    public bool OutIsTerminal { get; init; }
    /// <summary>Whether a person reads <see cref="Error"/>.</summary>
    public bool ErrorIsTerminal { get; init; }
    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;
    /// <summary>A variable of the environment; null when it is not set or empty.</summary>
    public required Func<string, string?> Variable { get; init; }
    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Interrupted { get; init; }
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether colours may be used on a terminal (<c>NO_COLOR</c> is not set and the terminal is not dumb).</summary>
    public bool Colour => Variable("NO_COLOR") is null && Variable("TERM") is not "dumb";

    /// <summary>The streams and the environment of this process: UTF-8 without a byte order mark.</summary>
    /// <param name="interrupted">Cancelled by the first Ctrl-C.</param>
    public static Surroundings OfProcess(CancellationToken interrupted)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected) Console.OutputEncoding = utf8;
        var standard = Console.OpenStandardInput();
        return new()
        {
            In = new StreamReader(standard, utf8),
            Piped = Console.IsInputRedirected ? standard : null,
            Out = new StreamWriter(Console.OpenStandardOutput(), utf8),
            Error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true },
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Width = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? 80 : Console.WindowWidth,
            Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
            Interrupted = interrupted,
        };
    }
}
