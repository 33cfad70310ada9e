using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>
/// What PostgreSQL wants otherwise than SQLite: a parameter that is only asked whether it is null has no type, so a boolean takes its place; and text has
/// neither the character 0 nor halves of surrogate pairs.
/// </summary>
internal sealed partial class PostgresDialect : SqlDialect
{
    private static readonly SearchValues<char> Suspects = SearchValues.Create([.. Enumerable.Range(0xd800, 0x800).Select(code => (char)code), '\0']);

    private readonly ConcurrentDictionary<string, string> _translated = new(StringComparer.Ordinal);

    public static PostgresDialect Instance { get; } = new();

    public override string Translate(string sql) => _translated.GetOrAdd(sql, text => NullTest().Replace(text, test => (test.Groups[2].Success ? "NOT " : "") + Flag(test.Groups[1].Value)));

    public override IEnumerable<string> Flags(string translated) => NullFlag().Matches(translated).Select(flag => flag.Value).Distinct();

    public override string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Suspects)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }

    [GeneratedRegex(@"(@\w+) IS (NOT )?NULL", RegexOptions.IgnoreCase)]
    private static partial Regex NullTest();

    [GeneratedRegex(@"@\w+_is_null")]
    private static partial Regex NullFlag();
}
