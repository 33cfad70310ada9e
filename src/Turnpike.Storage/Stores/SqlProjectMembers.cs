using System.Data.Common;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Storage.Stores;

/// <summary>Members of projects, in a database.</summary>
internal sealed class SqlProjectMembers(SqlDatabase database) : IProjectMembers
{
    public Task<IReadOnlyList<ProjectMember>> ChainAsync(string project, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ProjectMember>>(async session => await ChainAsync(session, project), cancellationToken);

    public Task SetAsync(ProjectMember member, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        return ChangeAsync(member.Project, check, session => session.ExecuteAsync(MemberSql.Set, ("@project", member.Project), ("@member", member.User), ("@role", (long)member.Role)), cancellationToken);
    }

    public async Task<bool> RemoveAsync(string project, string user, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, CancellationToken cancellationToken) =>
        await ChangeAsync(project, check, session => session.ExecuteAsync(MemberSql.Remove, ("@project", project), ("@member", user)), cancellationToken) > 0;

    private Task<int> ChangeAsync(string project, Action<IReadOnlyList<IReadOnlyList<ProjectMember>>> check, Func<SqlSession, Task<int>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(check);
        return database.WriteInLineAsync(async session =>
        {
            await session.ExecuteAsync(ProjectSql.Take); // first: the second sees the members that the first left
            var chains = new List<IReadOnlyList<ProjectMember>> { await ChainAsync(session, project) };
            foreach (var below in await session.QueryAsync(MemberSql.Closed, row => row.GetString(0), ("@id", project), ("@most", (long)Project.MostDeep))) chains.Add(await ChainAsync(session, below));
            check(chains);
            return await change(session);
        }, cancellationToken);
    }

    public Task<string?> HomeAsync(ProjectThing thing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        return database.ReadAsync(async session => (thing.Kind switch
        {
            ProjectThings.Conversation => await session.QueryAsync(MemberSql.OfConversation, Text, ("@id", thing.Id)),
            ProjectThings.Turn => await session.QueryAsync(MemberSql.OfTurn, Text, ("@id", thing.Id)),
            ProjectThings.Prompt => await session.QueryAsync(MemberSql.OfPrompt, Text, ("@id", thing.Id)),
            _ => await session.QueryAsync(MemberSql.Home, Text, ("@kind", thing.Kind), ("@id", thing.Id)),
        }) is [var project, ..] ? project : null, cancellationToken);
    }

    public Task<IReadOnlyDictionary<string, int>> HomesOfPathAsync(string turn, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyDictionary<string, int>>(async session =>
        (await session.QueryAsync(MemberSql.OfBranch, row => (Project: Text(row), Depth: (int)row.GetInt64(1)), ("@id", turn), ("@limit", (long)limit)))
        .Where(home => home.Project is not null).ToDictionary(home => home.Project!, home => home.Depth, StringComparer.Ordinal), cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> HomesAsync(string kind, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyDictionary<string, string>>(async session =>
        (await session.QueryAsync(MemberSql.Homes, row => (Id: row.GetString(0), Project: row.GetString(1)), ("@kind", kind))).ToDictionary(home => home.Id, home => home.Project, StringComparer.Ordinal), cancellationToken);

    public Task<bool> PutAsync(ProjectThing thing, string? project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        return database.WriteAsync(async session => (project is null
            ? await session.ExecuteAsync(MemberSql.Free, ("@kind", thing.Kind), ("@id", thing.Id))
            : await session.ExecuteAsync(MemberSql.Put, ("@kind", thing.Kind), ("@id", thing.Id), ("@project", project))) > 0, cancellationToken);
    }

    public Task<bool> ClaimAsync(ProjectThing thing, string project, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thing);
        return database.WriteAsync(async session => await session.ExecuteAsync(MemberSql.Claim, ("@kind", thing.Kind), ("@id", thing.Id), ("@project", project)) > 0, cancellationToken);
    }

    public Task<IReadOnlyList<ProjectThing>> ThingsAsync(string project, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ProjectThing>>(async session =>
        await session.QueryAsync(MemberSql.Things, row => new ProjectThing(row.GetString(0), row.GetString(1)), ("@project", project)), cancellationToken);

    public Task HandDownAsync(string project, CancellationToken cancellationToken) => database.WriteInLineAsync(async session =>
    {
        await session.ExecuteAsync(ProjectSql.Take); // first: nobody changes the members, or puts a project below, between the look and the change
        var chain = await ChainAsync(session, project);
        if (chain.Count == 0) return 0;
        foreach (var heir in await session.QueryAsync(MemberSql.Below, row => row.GetString(0), ("@project", project))) await AddAsync(session, heir, chain);
        await AddAsync(session, project, chain);
        return chain.Count;
    }, cancellationToken);

    /// <summary>What is said nearest comes first, and what is there stays.</summary>
    private static async Task AddAsync(SqlSession session, string project, List<ProjectMember> chain)
    {
        foreach (var member in chain) await session.ExecuteAsync(MemberSql.Add, ("@project", project), ("@member", member.User), ("@role", (long)member.Role));
    }

    private static Task<List<ProjectMember>> ChainAsync(SqlSession session, string project) =>
        session.QueryAsync(MemberSql.Chain, row => new ProjectMember(row.GetString(0), row.GetString(1), (ProjectRole)row.GetInt64(2)), ("@id", project), ("@most", (long)Project.MostDeep));

    private static string? Text(DbDataReader row) => row.IsDBNull(0) ? null : row.GetString(0);
}
