using System.Text.Json;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Api;

/// <summary>Making, listing, changing, rotating and revoking keys. Nobody hands out more than they have.</summary>
internal static class KeysApi
{
    public static void MapKeys(this WebApplication app)
    {
        var keys = app.MapGroup("/api/keys").WithTags("Keys").RequireScope(Scopes.KeysManage);
        keys.MapGet("", ListAsync).Describe("listKeys", "List keys", "{data: [key]}: in the order in which they were made, those that ended included; of secrets only the beginning.").Answers<KeyList>();
        keys.MapPost("", CreateAsync).Sends("Location", 201).Describe("createKey", "Create a key", "The answer has the secret as \"key\": it is told this once and never again. Without \"admin\" it may have no more than yours: scopes, user, lists, limits, decisions on tools, and when it ends.").Takes<NewKey>().AnswersShape(OpenApiAnswers.Issued, 201);
        keys.MapGet("{id}", GetAsync).Describe("readKey", "Read a key", "Everything but its secret.").Answers<AccessKey>();
        keys.MapPatch("{id}", ChangeAsync).Describe("changeKey", "Change a key", "Name, scopes, end, lists, limits and settings; the secret stays. What is not named stays, null takes it away; of limits and settings each counts for itself. It holds at once, on all nodes within a second. Without \"admin\" only a key that may do no more than yours, before and after.").Takes<KeyChange>().Answers<AccessKey>();
        keys.MapDelete("{id}", RevokeAsync).Describe("revokeKey", "Revoke a key", "It ends at once, on all nodes within a second. It stays listed. Without \"admin\" only a key that may do no more than yours.").AnswersNothing();
        keys.MapPost("{id}/rotate", RotateAsync).Describe("rotateKey", "Rotate a key", "A new secret, told once; the one before counts for \"grace\" seconds longer.").Query("grace", "Seconds for which the secret before still counts, 0 unless told, at most 2592000.", isNumber: true).AnswersShape(OpenApiAnswers.Issued);
        app.MapGet("/api/me", (Delegate)WhoAsync).WithTags("Keys").RequireKey().Describe("readMe", "Who am I?", "{name, user?, organization, scopes, key?}: whom this request's key stands for.").AnswersShape(OpenApiAnswers.Me);
    }

    private static async Task ListAsync(HttpContext http, KeyRing ring)
    {
        var visitor = Visitor.Of(http);
        var all = await ring.AllAsync(http.RequestAborted);
        await Answer.WriteAsync(http, new([.. all.Select(kept => kept.Key).Where(key => Sees(visitor, key))]), ServerJson.Relaxed.KeyList);
    }

    private static async Task CreateAsync(HttpContext http, KeyDesk desk)
    {
        var visitor = Visitor.Of(http);
        var asked = await Body.ReadAsync(http, AccessJson.Relaxed.NewKey);
        if (asked.Organization is { } organization && organization != visitor.Organization && !visitor.IsOperator) throw new TurnException(TurnErrorCode.Forbidden, $"The key \"{visitor.Name}\" makes keys of its own organization only.") { Field = "organization" };
        KeyReach.CheckSecret(visitor, Described(asked), "make");
        var issued = await desk.CreateAsync(asked with { Organization = asked.Organization ?? visitor.Organization }, http.RequestAborted);
        http.Response.Headers.Location = "/api/keys/" + issued.Key.Id;
        await AnswerAsync(http, issued, 201);
    }

    private static async Task GetAsync(HttpContext http, string id, KeyRing ring) => await Answer.WriteAsync(http, await FindAsync(http, id, ring), AccessJson.Relaxed.AccessKey);

    private static async Task ChangeAsync(HttpContext http, string id, KeyRing ring, KeyDesk desk)
    {
        var (visitor, asked) = (Visitor.Of(http), await Body.ObjectAsync(http));
        await FindAsync(http, id, ring);
        var (before, now) = await desk.ChangeAsync(id, old => Allowed(visitor, old, KeyChange.Over(old, asked)), http.RequestAborted) ?? throw NotFound(id);
        if (KeyChange.Between(before, now) is { Count: > 0 } changed) Audit.Tell(http, $"/api/keys/{id}?changed={string.Join(',', changed)}");
        await Answer.WriteAsync(http, now, AccessJson.Relaxed.AccessKey);
    }

    /// <summary>The changed key, if whoever asks has all that it had and all that it has now. How long it lasts counts only where it shall last longer.</summary>
    private static AccessKey Allowed(Visitor visitor, AccessKey old, AccessKey changed)
    {
        KeyReach.Check(visitor, old, "change");
        if ((changed.ExpiresAt ?? DateTimeOffset.MaxValue) > (old.ExpiresAt ?? DateTimeOffset.MaxValue)) KeyReach.CheckSecret(visitor, changed, "change");
        else KeyReach.Check(visitor, changed, "change");
        return changed;
    }

    private static async Task RevokeAsync(HttpContext http, string id, KeyRing ring, KeyDesk desk)
    {
        var key = await FindAsync(http, id, ring);
        KeyReach.Check(Visitor.Of(http), key, "revoke");
        await desk.RevokeAsync(key.Id, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task RotateAsync(HttpContext http, string id, KeyRing ring, KeyDesk desk)
    {
        var grace = TimeSpan.FromSeconds(Query.Number(http, "grace", 0, 0, 30 * 24 * 3600));
        var key = await FindAsync(http, id, ring);
        KeyReach.CheckSecret(Visitor.Of(http), key, "rotate");
        await AnswerAsync(http, await desk.RotateAsync(key.Id, grace, http.RequestAborted) ?? throw NotFound(id), 200);
    }

    private static Task WhoAsync(HttpContext http)
    {
        var visitor = Visitor.Of(http);
        return Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", visitor.Name);
            if (Caller.User(http) is { } user) writer.WriteString("user", user);
            writer.WriteString("organization", Caller.Organization(http) ?? visitor.Organization);
            writer.WriteStartArray("scopes");
            foreach (var scope in visitor.Scopes) writer.WriteStringValue(scope);
            writer.WriteEndArray();
            if (visitor.Key is { } key)
            {
                writer.WritePropertyName("key");
                JsonSerializer.Serialize(writer, key, AccessJson.Relaxed.AccessKey);
            }
            writer.WriteEndObject();
        });
    }

    /// <summary>The key's members and, once, its secret.</summary>
    private static Task AnswerAsync(HttpContext http, IssuedKey issued, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Answer.WriteAsync(http, issued.WriteTo, status);
    }

    /// <summary>A key that is asked for, in the words of those that are kept.</summary>
    private static AccessKey Described(NewKey asked) => new()
    {
        Id = "",
        Name = asked.Name,
        Prefix = "",
        CreatedAt = default,
        User = asked.User,
        Scopes = asked.Scopes.Count == 0 ? [Scopes.Turns] : asked.Scopes,
        Prompts = asked.Prompts,
        Models = asked.Models,
        Tools = asked.Tools,
        Limits = asked.Limits ?? KeyLimits.None,
        Settings = asked.Settings ?? KeySettings.Standard,
        ExpiresAt = asked.ExpiresAt,
    };

    private static bool Sees(Visitor visitor, AccessKey key) => visitor.IsOperator || key.Organization == visitor.Organization;

    private static async ValueTask<AccessKey> FindAsync(HttpContext http, string id, KeyRing ring) => await ring.FindByIdAsync(id, http.RequestAborted) is { } key && Sees(Visitor.Of(http), key) ? key : throw NotFound(id);

    private static NotHere NotFound(string id) => new($"There is no key \"{id}\".", "id");
}
