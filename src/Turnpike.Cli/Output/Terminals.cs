using System.Text;
using Spectre.Console;

namespace Turnpike.Cli.Output;

/// <summary>Terminals as Spectre.Console wants them, and text that is safe to show on one.</summary>
internal static class Terminals
{
    /// <summary>A console that writes to a stream that is connected to a terminal.</summary>
    public static IAnsiConsole For(TextWriter to, Surroundings here) => AnsiConsole.Create(new()
    {
        Out = new Output(to, here.Width),
        Ansi = here.Colour ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = here.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.Yes,
        Enrichment = new() { UseDefaultEnrichers = false },
    });

    /// <summary>The text without control characters (but tabs and line ends), which could move a terminal's cursor or change its title.</summary>
    public static string Safe(string text)
    {
        if (!text.Any(IsControl)) return text;
        var safe = new StringBuilder(text.Length);
        foreach (var letter in text) safe.Append(IsControl(letter) ? letter < ' ' ? (char)(0x2400 + letter) : '\uFFFD' : letter);
        return safe.ToString();
    }

    private static bool IsControl(char letter) => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t');

    private sealed class Output(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;
        public bool IsTerminal => true;
        public int Width => width;
        public int Height => 24;

        public void SetEncoding(Encoding encoding) { }
    }
}
