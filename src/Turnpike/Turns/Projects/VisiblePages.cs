using Turnpike.Prompts;

namespace Turnpike.Turns.Projects;

/// <summary>Pages of what somebody may see, of pages of what there is.</summary>
internal static class VisiblePages
{
    private const int Batch = 200;

    /// <summary>Reads on until the page is full or nothing is left.</summary>
    /// <param name="after">The cursor that the page before ended with.</param>
    /// <param name="limit">Rows of the page.</param>
    /// <param name="read">Reads a page of all there is, from a cursor, of so many rows.</param>
    /// <param name="sees">Whether a row may be seen.</param>
    public static async Task<Page<T>> ReadAsync<T>(string? after, int limit, Func<string?, int, Task<Page<T>>> read, Func<T, ValueTask<bool>> sees)
    {
        var seen = new List<T>(Math.Min(limit, Batch));
        while (true)
        {
            var page = await read(after, Math.Max(Batch, limit));
            for (var i = 0; i < page.Data.Count; i++)
            {
                if (!await sees(page.Data[i])) continue;
                if (seen.Count == limit) return new(seen, await CursorBehindAsync(read, after, i));
                seen.Add(page.Data[i]);
            }
            if (page.Next is null) return new(seen, null);
            after = page.Next;
        }
    }

    /// <summary>The cursor of a page that ends before a row; the row is there, so there is one.</summary>
    private static async Task<string?> CursorBehindAsync<T>(Func<string?, int, Task<Page<T>>> read, string? after, int row) => row == 0 ? after : (await read(after, row)).Next;
}
