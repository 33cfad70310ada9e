using System.Text;
using Microsoft.Extensions.Options;
using Turnpike.Messages.Resources;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>What is attached to a conversation.</summary>
internal static class ResourcesApi
{
    public static void MapResources(this WebApplication app)
    {
        var resources = app.MapGroup("/api/conversations/{id}/resources").WithTags("Resources").RequireScope(Scopes.Conversations);
        resources.MapGet("", ListAsync).Describe("listResources", "List a conversation's resources", "In the order in which they are sent, with their texts.").Answers<Page<Resource>>();
        resources.MapPost("", AddAsync).Sends("Location", 201).Describe("addResource", "Attach a resource to a conversation", "With policy once it goes with the next turn; sticky and refresh stay. Its content is loaded at once: one that cannot be is \"failed\" and says why, and the next turn tries again.").Takes<ResourceInput>().Answers<Resource>(201);
        resources.MapGet("{resourceId}", GetAsync).Describe("readResource", "Read a resource", "With its text.").Answers<Resource>();
        resources.MapPatch("{resourceId}", ChangeAsync).Describe("changeResource", "Change a resource", "Title, policy, position, format, mediaType, or content. What is left out stays as it is, null takes the title away; new content that is no data has the type of its source unless it is said.").Takes<ResourceChange>().Answers<Resource>();
        resources.MapDelete("{resourceId}", RemoveAsync).Describe("removeResource", "Detach a resource", "Later turns are not sent it; turns that were stay as they are.").AnswersNothing();
    }

    private static async Task ListAsync(HttpContext http, string id, IConversationStore store, KeptParts kept)
    {
        var conversation = await FindAsync(http, store, id);
        var shown = new List<Resource>(conversation.Resources.Count);
        foreach (var resource in conversation.Resources) shown.Add(await WithTextAsync(resource, kept, http.RequestAborted));
        await Answer.WriteAsync(http, new Page<Resource>(shown, null), TurnpikeJson.Relaxed.ResourcePage);
    }

    private static async Task GetAsync(HttpContext http, string id, string resourceId, IConversationStore store, KeptParts kept)
    {
        var found = (await FindAsync(http, store, id)).Resources.FirstOrDefault(resource => resource.Id == resourceId) ?? throw NotFound(id, resourceId);
        await Answer.WriteAsync(http, await WithTextAsync(found, kept, http.RequestAborted), TurnpikeJson.Relaxed.Resource);
    }

    private static async Task AddAsync(HttpContext http, string id, IConversationStore store, ResourceReader reader, KeptParts kept, IOptions<ResourceOptions> options, TimeProvider time)
    {
        var input = await Body.ReadAsync(http, TurnpikeJson.Relaxed.ResourceInput);
        ResourceRules.Check(input);
        var conversation = await FindAsync(http, store, id);
        var place = new AttachedResources(store, id, options.Value.Most, time);
        var added = ResourceReader.Loading(input) is { } loading
            ? await place.LoadAsync(loading, () => reader.AttachAsync(conversation, input with { Id = loading.Id }, Caller.User(http), http.RequestAborted), http.RequestAborted)
            : await place.AddAsync(await reader.AttachAsync(conversation, input, Caller.User(http), http.RequestAborted), http.RequestAborted);
        http.Response.Headers.Location = $"/api/conversations/{Uri.EscapeDataString(id)}/resources/{Uri.EscapeDataString(added.Id)}";
        await Answer.WriteAsync(http, await WithTextAsync(added, kept, http.RequestAborted), TurnpikeJson.Relaxed.Resource, 201);
    }

    private static async Task ChangeAsync(HttpContext http, string id, string resourceId, IConversationStore store, ResourceReader reader, KeptParts kept, TimeProvider time)
    {
        var change = await Body.ReadAsync(http, ServerJson.Relaxed.ResourceChange);
        var conversation = await FindAsync(http, store, id);
        var old = conversation.Resources.FirstOrDefault(resource => resource.Id == resourceId) ?? throw NotFound(id, resourceId);
        var input = Changed(old, change);
        ResourceRules.Check(input with { Title = change.Title, MediaType = change.Data is null ? change.MediaType : input.MediaType }); // what its source gave it is no mistake of the caller
        var loaded = change.HasContent ? input : IsReadOtherwise(old, change) ? await WithContentAsync(old, input, kept, http.RequestAborted) : null;
        var ready = loaded is null ? null : await reader.AttachAsync(conversation, loaded, Caller.User(http), http.RequestAborted);
        if (!change.HasContent && old.State == ResourceState.Ready && ready is { State: ResourceState.Failed, Error: var error }) throw new TurnException(TurnErrorCode.ResourceFailed, error!) { Field = "resources" };
        var now = time.GetUtcNow();
        Resource? changed = null;
        _ = await store.UpdateAsync(id, current =>
        {
            var resources = current.Resources.ToList();
            var at = resources.FindIndex(resource => resource.Id == resourceId);
            if (at < 0) throw NotFound(id, resourceId);
            if (ready is not null && !HasSameContent(resources[at], old)) throw new TurnException(TurnErrorCode.VersionConflict, $"Resource \"{resourceId}\" was given other content while this change was being read. Read it and send the change again.") { Field = "resourceId" };
            changed = (ready ?? resources[at]) with { Title = change.NamesTitle ? change.Title ?? ready?.Title : resources[at].Title, Policy = change.Policy ?? resources[at].Policy, Format = change.Format ?? resources[at].Format };
            resources.RemoveAt(at);
            resources.Insert(Math.Clamp(change.Position ?? at, 0, resources.Count), changed);
            return current with { Resources = resources, UpdatedAt = now };
        }, http.RequestAborted) ?? throw NoConversation(id);
        await Answer.WriteAsync(http, await WithTextAsync(changed!, kept, http.RequestAborted), TurnpikeJson.Relaxed.Resource);
    }

    /// <summary>The resource as it would be attached with a change, without the content that it has. New content has the type of its source; data has none.</summary>
    private static ResourceInput Changed(Resource old, ResourceChange change) => new()
    {
        Id = old.Id,
        Kind = old.Kind,
        Title = change.NamesTitle ? change.Title : old.Title,
        Policy = change.Policy ?? old.Policy,
        Format = change.Format ?? old.Format,
        MediaType = change.MediaType ?? (change.HasContent && change.Data is null ? null : old.MediaType),
        Detail = old.Detail,
        Text = change.Text,
        Data = change.Data,
        Url = change.Url,
        File = change.File,
        Path = change.Path,
        Ref = change.Ref,
    };

    /// <summary>Whether the content that is there is read in another way from now on.</summary>
    private static bool IsReadOtherwise(Resource old, ResourceChange change) =>
        (change.MediaType is { } type && type != old.MediaType) || (old.Kind == "table" && change.Format is { } format && (format == "csv") != (old.Format == "csv"));

    /// <summary>A resource input with the content that its resource has.</summary>
    private static async Task<ResourceInput> WithContentAsync(Resource old, ResourceInput input, KeptParts kept, CancellationToken cancellationToken)
    {
        if (old is not { Text: null, File: null, Url: null, Path: null, Ref: null }) return input with { Text = old.Text, File = old.File, Url = old.Url, Path = old.Path, Ref = old.Ref };
        if (old is { IsText: true, Kind: "table" } || old.Hash is not { } hash || await kept.BytesAsync(hash, cancellationToken) is not { } bytes)
            throw new TurnException(TurnErrorCode.RequestInvalid, $"Of resource \"{old.Id}\" only what the model reads is kept, and that cannot be read in another way. Send its content along with \"format\" or \"mediaType\".") { Field = "resources" };
        var whole = old.IsText ? input with { Text = Encoding.UTF8.GetString(bytes) } : input with { Data = Convert.ToBase64String(bytes) };
        ResourceRules.Check(whole with { Title = null });
        return whole;
    }

    /// <summary>Whether nobody gave the resource other content meanwhile. What only its source said anew is no other one.</summary>
    private static bool HasSameContent(Resource now, Resource old) =>
        (now.Kind, now.Text, now.File, now.Url, now.Path, now.Ref, now.Format) == (old.Kind, old.Text, old.File, old.Url, old.Path, old.Ref, old.Format) && (now is not { Url: null, Path: null, Ref: null } || now.Hash == old.Hash);

    private static async Task RemoveAsync(HttpContext http, string id, string resourceId, IConversationStore store, TimeProvider time)
    {
        var now = time.GetUtcNow();
        _ = await store.UpdateAsync(id, current => current.Resources.Any(resource => resource.Id == resourceId)
            ? current with { Resources = [.. current.Resources.Where(resource => resource.Id != resourceId)], UpdatedAt = now }
            : throw NotFound(id, resourceId), http.RequestAborted) ?? throw NoConversation(id);
        http.Response.StatusCode = 204;
    }

    private static async ValueTask<Resource> WithTextAsync(Resource resource, KeptParts kept, CancellationToken cancellationToken) =>
        resource is { Text: null, IsText: true, Hash: { } hash } && await kept.BytesAsync(hash, cancellationToken) is { } bytes ? resource with { Text = Encoding.UTF8.GetString(bytes) } : resource;

    private static async ValueTask<Conversation> FindAsync(HttpContext http, IConversationStore store, string id) => await store.FindAsync(id, http.RequestAborted) ?? throw NoConversation(id);

    internal static TurnException NoConversation(string id) => new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" };

    private static TurnException NotFound(string id, string resource) => new(TurnErrorCode.ResourceNotFound, $"Conversation \"{id}\" has no resource \"{resource}\".") { Field = "resourceId" };
}
