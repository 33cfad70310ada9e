using System.CommandLine;
using Turnpike.Prompts;

namespace Turnpike.Cli.Commands;

/// <summary>Reads lists page by page.</summary>
internal static class Paging
{
    private const int PageSize = 200;

    /// <summary><c>--limit N</c>.</summary>
    public static Option<int> Limit { get; } = Positive(new("--limit", "-n") { Description = "The most rows to show. Default: 50.", HelpName = "number", DefaultValueFactory = _ => 50 });

    /// <summary>As many rows as the option asks for.</summary>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(Invocation run, Func<string?, int, Task<Page<T>>> page)
    {
        var (rows, most) = (new List<T>(), run.Parsed.GetValue(Limit));
        for (string? after = null; rows.Count < most;)
        {
            var next = await page(after, Math.Min(PageSize, most - rows.Count));
            rows.AddRange(next.Data);
            if (next.Next is null || next.Data.Count == 0) break;
            after = next.Next;
        }
        return rows;
    }

    private static Option<int> Positive(Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.Tokens.Count == 0) return;
            if (!int.TryParse(result.Tokens[0].Value, out var number) || number < 1) result.AddError($"--limit is \"{result.Tokens[0].Value}\"; it must be a whole number from 1 up.");
        });
        return option;
    }
}
