using System.Text;
using System.Text.Json;

namespace Turnpike.Messages.Resources;

/// <summary>The rows of a table, of which no more is read than is shown.</summary>
/// <param name="Shown">The header and the rows that are shown; their cells are made as they are asked for.</param>
/// <param name="Width">The cells of the widest of them.</param>
/// <param name="Count">All rows, the header included.</param>
internal sealed record TableRows(IEnumerable<IEnumerable<string>> Shown, int Width, int Count)
{
    /// <param name="source">CSV, TSV (tabs in the first line and no commas), or a JSON list of objects or lists.</param>
    /// <param name="most">The most rows beside the header.</param>
    /// <param name="longest">The most cells, since each takes a character at least.</param>
    /// <returns>The rows; null when they have more cells.</returns>
    public static TableRows? Of(string source, int most, int longest)
    {
        var text = source.AsSpan().Trim();
        if (text.Length == 0) return new([], 0, 0);
        if (text[0] == '[' && JsonTable(source, most, longest, out var table)) return table;
        var firstLine = text.IndexOfAny('\r', '\n') is var end and > 0 ? text[..end] : text;
        return OfCsv(source, firstLine.Contains('\t') && !firstLine.Contains(',') ? '\t' : !firstLine.Contains(',') && firstLine.Contains(';') ? ';' : ',', most, longest);
    }

    /// <summary>Reads a JSON list of objects or of lists; false when it is none.</summary>
    private static bool JsonTable(string source, int most, int longest, out TableRows? table)
    {
        table = null;
        try
        {
            using var json = JsonDocument.Parse(source);
            if (json.RootElement.ValueKind != JsonValueKind.Array || json.RootElement.GetArrayLength() == 0) return false;
            if (json.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Array)) table = OfLists(json.RootElement, most, longest);
            else if (json.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)) table = OfObjects(json.RootElement, most, longest);
            else return false;
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException) // the latter two: half of a surrogate pair
        {
            return false;
        }
    }

    private static TableRows? OfLists(JsonElement lists, int most, int longest)
    {
        var shown = lists.EnumerateArray().Take(most < int.MaxValue ? most + 1 : most).ToList();
        if (shown.Sum(list => (long)list.GetArrayLength()) > longest) return null;
        return new([.. shown.Select(list => list.EnumerateArray().Select(Cell).ToList())], shown.Max(list => list.GetArrayLength()), lists.GetArrayLength());
    }

    private static TableRows? OfObjects(JsonElement objects, int most, int longest)
    {
        var (names, rows, cells) = (new OrderedDictionary<string, bool>(StringComparer.Ordinal), new List<Dictionary<string, string>>(), 0L);
        foreach (var item in objects.EnumerateArray().Take(most))
        {
            if ((cells += item.GetPropertyCount()) > longest) return null;
            var row = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in item.EnumerateObject())
            {
                names[member.Name] = true;
                row[member.Name] = Cell(member.Value);
            }
            rows.Add(row);
        }
        return new(rows.Select(row => names.Keys.Select(name => row.GetValueOrDefault(name, ""))).Prepend(names.Keys), names.Count, objects.GetArrayLength() + 1);
    }

    private static string Cell(JsonElement value) => value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Null => "", _ => value.GetRawText() };

    private static TableRows? OfCsv(string source, char separator, int most, int longest)
    {
        var (rows, row, cell) = (new List<List<string>>(), new List<string>(), new StringBuilder());
        var (quoted, count, cells, inRow) = (false, 0, 0, 0);
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
            if (cells > longest) return null;
        }
        EndRow();
        return new(rows, rows.Count == 0 ? 0 : rows.Max(one => one.Count), count);

        void EndCell()
        {
            inRow++;
            if (count <= most)
            {
                row.Add(cell.ToString());
                cells++;
            }
            cell.Clear();
        }

        void EndRow()
        {
            if (inRow == 0 && cell.Length == 0) return;
            EndCell();
            if (count <= most) rows.Add(row);
            (row, inRow, count) = ([], 0, count + 1);
        }
    }
}
