using Spectre.Console;

namespace Turnpike.Cli.Output;

/// <summary>Lists: a table for people, a line with tabs between the columns for programs.</summary>
internal static class Rows
{
    /// <summary>Writes a list; pipes get no headings.</summary>
    /// <param name="here">Where to.</param>
    /// <param name="columns">The headings.</param>
    /// <param name="rows">The values, in the order of the headings.</param>
    public static void Write(Surroundings here, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        if (here.OutIsTerminal) WriteTable(here, columns, rows);
        else foreach (var row in rows) here.Out.Write(string.Join('\t', row.Select(OneLine)) + "\n");
    }

    private static void WriteTable(Surroundings here, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var table = new Table { Border = TableBorder.None };
        for (var i = 0; i < columns.Count; i++)
            table.AddColumn(new TableColumn(new Text(columns[i], new Style(decoration: Decoration.Bold))) { NoWrap = i < columns.Count - 1, Padding = new Padding(0, 0, i < columns.Count - 1 ? 2 : 0, 0) });
        foreach (var row in rows) table.AddRow(row.Select(value => new Text(Terminals.Safe(OneLine(value)))));
        Terminals.For(here.Out, here).Write(table);
    }

    private static string OneLine(string? value) => (value ?? "").ReplaceLineEndings(" ").Replace('\t', ' ');
}
