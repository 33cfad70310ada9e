using Turnpike.Prompts;
using Turnpike.Turns.Auditing;
using Turnpike.Turns.Files;

namespace Turnpike.Turns.Projects;

/// <summary>Files as the members of their projects see them.</summary>
internal sealed class GuardedFiles(IFileStore inner, IProjectMembers members, ProjectAccess access) : IFileStore
{
    public Task<StoredFile> AddAsync(FileUpload upload, Stream content, CancellationToken cancellationToken) => inner.AddAsync(upload, content, cancellationToken);

    public async Task<StoredFile?> FindAsync(string id, CancellationToken cancellationToken) => await access.SeesAsync(Of(id), cancellationToken) ? await inner.FindAsync(id, cancellationToken) : null;

    public async Task<Page<StoredFile>> ListAsync(FileQuery query, CancellationToken cancellationToken)
    {
        if (!ProjectAccess.IsBound || await members.HomesAsync(ProjectThings.File, cancellationToken) is not { Count: > 0 } homes) return await inner.ListAsync(query, cancellationToken);
        var seen = new SeenProjects(access, cancellationToken);
        return await VisiblePages.ReadAsync(query.After, query.Limit, (after, limit) => inner.ListAsync(query with { After = after, Limit = limit }, cancellationToken), file => seen.SeesAsync(homes.GetValueOrDefault(file.Id)));
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (!await access.AllowsAsync(Of(id), ProjectRole.Editor, cancellationToken) || !await inner.DeleteAsync(id, cancellationToken)) return false;
        using (AuditScope.Told()) await members.PutAsync(Of(id), null, cancellationToken); // it went with the deletion
        return true;
    }

    private static ProjectThing Of(string id) => new(ProjectThings.File, id);
}
