using System.CommandLine;

namespace Turnpike.Cli.Help;

/// <summary>Writes <c>docs/cli.md</c> from the help texts, so that the page cannot drift.</summary>
internal static class Reference
{
    /// <summary>The whole page.</summary>
    public static string Write(RootCommand root)
    {
        var page = new StringWriter { NewLine = "\n" };
        page.Write("""
            # The command line

            This page is made from the program's own help (`turnpike --reference`); a test keeps it current.

            - The result goes to the standard output and nothing else does; warnings, progress and errors go to the error stream. Progress and colours appear on a terminal only, and `NO_COLOR` turns colours off.
            - Text that is piped in is the typed text, or follows the typed text after a blank line, unless `-v name=-` or `-r -` takes it. Triggers are read in what is typed as an argument, never in what is piped in.
            - `--json` writes one event, or one object, a line. An error is then one JSON object on the error stream.
            - Where several models answer (`@.race.models`), each answer stands under the name of its model, one after the other; the program ends with the last, and `--json` tells all their events.
            - Ctrl-C cancels the turn; what the model had said is shown and kept. A second Ctrl-C ends the program at once.
            - Turns run in this process and are kept under `--data` (`TURNPIKE_DATA`), or on a server with `--server` (`TURNPIKE_SERVER`, unless `--data` names a folder; key in `TURNPIKE_KEY`). A connection that is lost in the middle of an answer is made again without losing or repeating a word.


            """.ReplaceLineEndings("\n"));
        WriteCommand(page, root);
        return page.ToString();
    }

    private static void WriteCommand(TextWriter page, Command command)
    {
        page.Write($"## {HelpWriter.PathOf(command)}\n\n```text\n");
        HelpWriter.Write(command, page, 100);
        page.Write("```\n");
        foreach (var child in command.Subcommands.Where(child => !child.Hidden))
        {
            page.Write("\n");
            WriteCommand(page, child);
        }
    }
}
