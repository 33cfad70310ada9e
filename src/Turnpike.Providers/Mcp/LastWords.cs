using System.Text;

namespace Turnpike.Providers.Mcp;

/// <summary>What a program says on its error stream: each line is told, without the secrets it was given and cut where it is long, and the last few are remembered.</summary>
internal sealed class LastWords(Func<string, string> clean, Action<string> said)
{
    private const int LongestLine = 500;
    private const int Most = 5;
    private readonly Queue<string> _lines = new();

    /// <summary>The last lines.</summary>
    public override string ToString()
    {
        lock (_lines) return string.Join(" / ", _lines);
    }

    /// <summary>Listens until the stream ends.</summary>
    public async Task ListenAsync(TextReader errors)
    {
        var (buffer, line) = (new char[4096], new StringBuilder());
        try
        {
            while (await errors.ReadAsync(buffer) is > 0 and var count)
            {
                foreach (var letter in buffer.AsSpan(0, count))
                {
                    if (letter == '\n') Tell(line);
                    else if (line.Length < LongestLine && letter != '\r') line.Append(letter);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The program was ended.
        }
        Tell(line);
    }

    private void Tell(StringBuilder line)
    {
        if (line.Length == 0) return;
        var text = clean(line.ToString());
        line.Clear();
        lock (_lines)
        {
            if (_lines.Count == Most) _lines.Dequeue();
            _lines.Enqueue(text);
        }
        said(text);
    }
}
