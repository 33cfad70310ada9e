using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Projects;

/// <summary>The members of a project.</summary>
/// <param name="Data">Nearest first.</param>
public sealed record ProjectMemberList(IReadOnlyList<ProjectMember> Data);

/// <summary>What belongs to a project.</summary>
/// <param name="Data">By kind and id.</param>
public sealed record ProjectThingList(IReadOnlyList<ProjectThing> Data);

/// <summary>The role that a user is given.</summary>
/// <param name="Role">What they may do.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProjectMemberRole(ProjectRole Role);

/// <summary>The JSON of members and of what belongs to projects.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProjectMember))]
[JsonSerializable(typeof(ProjectMemberRole))]
[JsonSerializable(typeof(ProjectMemberList))]
[JsonSerializable(typeof(ProjectThing))]
[JsonSerializable(typeof(ProjectThingList))]
public sealed partial class ProjectJson : JsonSerializerContext
{
    /// <summary>The context to use: it writes text as people read it.</summary>
    public static ProjectJson Relaxed => Holder.Context;

    private static class Holder // made at first use, when the generated defaults exist
    {
        internal static readonly ProjectJson Context = new(new JsonSerializerOptions(((JsonSerializerContext)Default).Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = null });
    }
}
