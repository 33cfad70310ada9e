using System.Data.Common;
using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Storage.Stores;

/// <summary>Projects as rows: the parent apart, all else as JSON, in which the variables are sealed. One that was kept before revisions were counted is at the first.</summary>
internal sealed class ProjectRows(ISecretBox secrets)
{
    private const string Purpose = "project-variables";

    public Project Read(DbDataReader row)
    {
        var project = Kept(row);
        return project with { Parent = row.IsDBNull(1) ? null : row.GetString(1), Revision = RevisionOf(project), Variables = secrets.Open(project.Variables, Purpose) };
    }

    public async Task<IReadOnlyList<Project>> ChainAsync(SqlSession session, string? id) =>
        id is null ? [] : [.. (await session.QueryAsync(ProjectSql.Chain, Read, ("@id", id), ("@most", (long)Project.MostDeep))).DistinctBy(project => project.Id)]; // a ring, should an older program have made one, ends

    public async Task<Project> SaveAsync(SqlSession session, Project project, int? expected = null)
    {
        var saved = project.Id.Length == 0 ? project with { Id = Ids.New("proj") } : project;
        await session.ExecuteAsync(ProjectSql.Take);
        var before = await session.QueryAsync(ProjectSql.Find, Read, ("@id", saved.Id)) is [var kept] ? kept : null;
        if (expected is { } revision) SettingsErrors.RefuseOther("project", saved.Id, before?.Revision, revision);
        saved = saved with { Revision = await LeftRevisions.NextAsync(session, LeftRevisions.Projects, before?.Revision) };
        var height = (await session.QueryAsync(ProjectSql.Height, row => row.IsDBNull(0) ? 1 : (int)row.GetInt64(0), ("@id", saved.Id), ("@most", (long)Project.MostDeep)))[0];
        ProjectTree.Check(saved, await ChainAsync(session, saved.Parent), height);
        await session.ExecuteAsync(ProjectSql.Save, ("@id", saved.Id), ("@parent", saved.Parent), ("@place", SettingsPlace.Of(saved.Name, saved.Id)), ("@json", JsonSerializer.Serialize(saved with { Parent = null, Variables = secrets.Seal(saved.Variables, Purpose) }, TurnpikeJson.Relaxed.Project)));
        return saved;
    }

    public async Task<bool> DeleteAsync(SqlSession session, string id, int? expected)
    {
        await session.ExecuteAsync(ProjectSql.Take);
        if (expected is { } revision && await session.QueryAsync(ProjectSql.Find, Read, ("@id", id)) is [var kept]) SettingsErrors.RefuseOther("project", id, kept.Revision, revision);
        await session.ExecuteAsync(ProjectSql.MoveUp, ("@id", id));
        return await LeftRevisions.NoteAsync(session, LeftRevisions.Projects, await session.QueryAsync(ProjectSql.Delete, row => RevisionOf(Kept(row)), ("@id", id)));
    }

    private static Project Kept(DbDataReader row) => KeptJson.Read(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.Project)!;

    private static int RevisionOf(Project project) => Math.Max(1, project.Revision);
}
