using System.Text;
using System.Text.Json;

namespace Turnpike.Messages.Resources;

/// <summary>A table as the model reads it: Markdown with escaped pipes, or CSV, cut after so many rows with a line that says how many there are.</summary>
internal static class TableText
{
    /// <param name="source">CSV, TSV (tabs in the first line and no commas), or a JSON list of objects or lists.</param>
    /// <param name="asCsv">Whether CSV is asked for instead of Markdown.</param>
    /// <param name="most">The most rows beside the header.</param>
    public static string Of(string source, bool asCsv, int most)
    {
        if (Rows(source) is not { Count: > 0 } rows) return source;
        var shown = rows.Skip(1).Take(most).ToList();
        var more = rows.Count - 1 - shown.Count;
        var text = new StringBuilder();
        if (asCsv)
        {
            foreach (var row in shown.Prepend(rows[0])) text.AppendJoin(',', row.Select(Quoted)).Append('\n');
        }
        else
        {
            var width = rows.Max(row => row.Count);
            Line(rows[0]);
            text.Append('|').Insert(text.Length, " --- |", width).Append('\n');
            foreach (var row in shown) Line(row);

            void Line(IReadOnlyList<string> row)
            {
                text.Append('|');
                for (var i = 0; i < width; i++) text.Append(' ').Append(i < row.Count ? Escaped(row[i]) : "").Append(" |");
                text.Append('\n');
            }
        }
        if (more > 0) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"… {more} more rows of {rows.Count - 1}\n");
        return text.ToString(0, text.Length - 1);
    }

    private static List<IReadOnlyList<string>>? Rows(string source)
    {
        var text = source.AsSpan().Trim();
        if (text.Length == 0) return null;
        if (text[0] == '[' && JsonRows(source) is { } rows) return rows;
        var firstLine = text.IndexOfAny('\r', '\n') is var end and > 0 ? text[..end] : text;
        return CsvRows(source, firstLine.Contains('\t') && !firstLine.Contains(',') ? '\t' : !firstLine.Contains(',') && firstLine.Contains(';') ? ';' : ',');
    }

    private static List<IReadOnlyList<string>>? JsonRows(string source)
    {
        try
        {
            using var json = JsonDocument.Parse(source);
            if (json.RootElement.ValueKind != JsonValueKind.Array || json.RootElement.GetArrayLength() == 0) return null;
            var items = json.RootElement.EnumerateArray().ToList();
            if (items.TrueForAll(item => item.ValueKind == JsonValueKind.Array)) return [.. items.Select(item => (IReadOnlyList<string>)[.. item.EnumerateArray().Select(Cell)])];
            if (!items.TrueForAll(item => item.ValueKind == JsonValueKind.Object)) return null;
            var names = items.SelectMany(item => item.EnumerateObject().Select(member => member.Name)).Distinct(StringComparer.Ordinal).ToList();
            return [names, .. items.Select(item => (IReadOnlyList<string>)[.. names.Select(name => item.TryGetProperty(name, out var value) ? Cell(value) : "")])];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Cell(JsonElement value) => value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Null => "", _ => value.GetRawText() };

    private static List<IReadOnlyList<string>> CsvRows(string source, char separator)
    {
        var (rows, row, cell) = (new List<IReadOnlyList<string>>(), new List<string>(), new StringBuilder());
        var quoted = false;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < source.Length && source[i + 1] == '"') cell.Append(source[i++]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0) quoted = true;
            else if (c == separator) EndCell();
            else if (c is '\r' or '\n') EndRow();
            else cell.Append(c);
        }
        EndRow();
        return rows;

        void EndCell()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }

        void EndRow()
        {
            if (row.Count == 0 && cell.Length == 0) return;
            EndCell();
            rows.Add(row);
            row = [];
        }
    }

    private static string Escaped(string cell) => cell.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal).ReplaceLineEndings("<br>").Trim();

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny("\",\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
