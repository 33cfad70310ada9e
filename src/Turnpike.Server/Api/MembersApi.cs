using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Server.Api;

/// <summary>Who the members of projects are, and what belongs to projects.</summary>
internal static class MembersApi
{
    public static void MapMembers(this WebApplication app)
    {
        var projects = app.MapGroup("/api/projects/{id}").WithTags("Projects").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite);
        projects.MapGet("members", ListAsync).Describe("listMembers", "List the members of a project", "Its own and those of the projects above it, nearest first. None: it is open to the whole organization.").Answers<ProjectMemberList>();
        projects.TakesOnly("members", HttpMethods.Get);
        projects.MapPut("members/{**user}", SetAsync).Describe("saveMember", "Make a user a member, or give one another role", "{role: viewer, runner, editor or owner}. It takes an owner; the first member of an open project, a key with the scope admin.").Takes<ProjectMemberRole>().Answers<ProjectMember>();
        projects.MapDelete("members/{**user}", RemoveAsync).Describe("deleteMember", "Take a member away", "What a project above says of the user counts again. It takes an owner, and somebody else must be one unless no member is left.").AnswersNothing();
        projects.MapGet("things", ThingsAsync).Describe("listThings", "List what was put into a project", "{data: [{kind: prompt, rule or file, id}]}. Conversations say themselves which project they belong to.").Answers<ProjectThingList>();
        projects.MapPut("things/{kind}/{**thing:required}", PutAsync).Describe("putThing", "Put a prompt, a rule or a file into a project", "From now on its members use it as far as their roles go, and nobody else. It takes an editor of this project and of the one that it belonged to.").Answers<ProjectThing>();
        projects.MapDelete("things/{kind}/{**thing:required}", FreeAsync).Describe("freeThing", "Take a prompt, a rule or a file out of a project", "It is the organization's again.").AnswersNothing();
    }

    private static async Task ListAsync(HttpContext http, string id, ProjectMembership membership) => await Answer.WriteAsync(http, new ProjectMemberList(await membership.ListAsync(id, http.RequestAborted)), ProjectJson.Relaxed.ProjectMemberList);

    private static async Task SetAsync(HttpContext http, string id, string user, ProjectMembership membership)
    {
        var asked = await Body.ReadAsync(http, ProjectJson.Relaxed.ProjectMemberRole);
        await Answer.WriteAsync(http, await membership.SetAsync(new(id, user, asked.Role), http.RequestAborted), ProjectJson.Relaxed.ProjectMember);
    }

    private static async Task RemoveAsync(HttpContext http, string id, string user, ProjectMembership membership)
    {
        await membership.RemoveAsync(id, user, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task ThingsAsync(HttpContext http, string id, ProjectMembership membership) => await Answer.WriteAsync(http, new ProjectThingList(await membership.ThingsAsync(id, http.RequestAborted)), ProjectJson.Relaxed.ProjectThingList);

    private static async Task PutAsync(HttpContext http, string id, string kind, string thing, ProjectMembership membership) =>
        await Answer.WriteAsync(http, await membership.PutAsync(Of(kind, thing), id, http.RequestAborted), ProjectJson.Relaxed.ProjectThing);

    private static async Task FreeAsync(HttpContext http, string id, string kind, string thing, ProjectMembership membership)
    {
        await membership.FreeAsync(Of(kind, thing), id, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static ProjectThing Of(string kind, string thing) => ProjectThings.Put.Contains(kind) ? new(kind, thing)
        : throw new TurnException(TurnErrorCode.RequestInvalid, $"There is no kind \"{kind}\" of things: {string.Join(", ", ProjectThings.Put)}.") { Field = "kind" };
}
