using System.Text;

namespace Turnpike.Messages.Resources;

/// <summary>A table as the model reads it: Markdown with escaped pipes, or CSV, cut after so many rows with a line that says how many there are.</summary>
internal static class TableText
{
    /// <param name="source">CSV, TSV (tabs in the first line and no commas), or a JSON list of objects or lists.</param>
    /// <param name="asCsv">Whether CSV is asked for instead of Markdown.</param>
    /// <param name="most">The most rows beside the header.</param>
    /// <param name="longest">The most characters that are written.</param>
    /// <returns>The text; null when it would be longer.</returns>
    public static string? Of(string source, bool asCsv, int most, int longest)
    {
        if (TableRows.Of(source, most, longest) is not { } table) return null;
        if (table.Count == 0) return source;
        var text = new StringBuilder();
        var isHeader = true;
        foreach (var row in table.Shown)
        {
            if (!(asCsv ? Csv(text, row, longest) : Markdown(text, row, table.Width, longest))) return null;
            if (isHeader && !asCsv) text.Append('|').Insert(text.Length, " --- |", table.Width).Append('\n');
            isHeader = false;
        }
        if (table.Count - 1 > most) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"… {table.Count - 1 - most} more rows of {table.Count - 1}\n");
        return text.ToString(0, text.Length - 1);
    }

    /// <summary>Writes a row; false when it grew too long on the way.</summary>
    private static bool Csv(StringBuilder text, IEnumerable<string> row, int longest)
    {
        var isFirst = true;
        foreach (var cell in row)
        {
            if (!isFirst) text.Append(',');
            isFirst = false;
            text.Append(Quoted(cell));
            if (text.Length > longest) return false;
        }
        text.Append('\n');
        return true;
    }

    private static bool Markdown(StringBuilder text, IEnumerable<string> row, int width, int longest)
    {
        text.Append('|');
        var cells = 0;
        foreach (var cell in row)
        {
            text.Append(' ').Append(Escaped(cell)).Append(" |");
            cells++;
            if (text.Length > longest) return false;
        }
        if (text.Length + (width - cells) * 3L > longest) return false;
        text.Insert(text.Length, "  |", width - cells).Append('\n');
        return true;
    }

    private static string Escaped(string cell) => cell.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal).ReplaceLineEndings("<br>").Trim();

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny("\",\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
