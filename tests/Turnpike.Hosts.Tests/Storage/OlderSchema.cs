using System.Globalization;
using Turnpike.Storage.Postgres;
using Turnpike.Storage.Sql;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Databases as older programs made them, and what such a program kept.</summary>
internal static class OlderSchema
{
    /// <summary>A prompt with the tag "Zebra Crossing" and a conversation, both with titles that are not ASCII, as a program of version 2 kept them.</summary>
    public const string Things = """
        INSERT INTO prompt_contents (hash, json) VALUES ('h1', '{"title":"“Streifen” im 東京タワー","tags":["Zebra Crossing"],"messages":[{"role":"user","content":"Hi"}]}');
        INSERT INTO prompts (key, id, newest, saved_at) VALUES ('guide', 'pmpt_1', 1, 1);
        INSERT INTO prompt_ids (id, key) VALUES ('pmpt_1', 'guide');
        INSERT INTO prompt_versions (key, version, hash, created_at, search, tags) VALUES ('guide', 1, 'h1', 1, 'guide “streifen” im 東京タワー', '
        zebra crossing
        ');
        INSERT INTO conversations (id, updated_at, search, json) VALUES ('conv_1', 1, '“reise” nach 東京', '{"id":"conv_1","title":"“Reise” nach 東京","createdAt":"2025-01-31T12:00:00+00:00","updatedAt":"2025-01-31T12:00:00+00:00"}');
        """;

    /// <summary>What makes an empty database as it was after a script.</summary>
    public static string Script(long last, bool postgres) => string.Join(";\n",
    [
        Text(Migrations.Table, postgres),
        .. Migrations.Known.Where(one => one.Version <= last).SelectMany(one => (string[])
        [
            Text((postgres ? Migrations.PostgresScript(one.Name) : null) ?? Migrations.Script(one.Name), postgres).TrimEnd().TrimEnd(';'),
            string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_versions (version, name, applied_at) VALUES ({one.Version}, '{one.Name}', 0)"),
        ]),
    ]) + ";\n";

    private static string Text(string script, bool postgres) => postgres ? PostgresScripts.Translate(script) : script;
}
