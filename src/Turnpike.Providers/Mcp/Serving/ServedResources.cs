using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Resources for MCP clients: what is bound to prompts, uploaded files, and conversations and turns as text.</summary>
internal sealed class ServedResources(IPromptStore prompts, IFileStore files, IContentStore contents, IConversationStore conversations, ITurnStore turns, IOptions<McpServingOptions> options)
{
    private const string Scheme = "turnpike://";
    private const int MostRows = 200;
    private const int MostTurns = 1000;

    /// <summary>The templates, made anew each time: a node of JSON can stand in one answer only.</summary>
    public static IReadOnlyList<JsonObject> Templates =>
    [
        Template("turnpike://prompts/{key}/resources/{id}", "prompt-resource", "A resource that is bound to a prompt.", null),
        Template("turnpike://files/{id}", "file", "An uploaded file.", null),
        Template("turnpike://conversations/{id}", "conversation", "A conversation as Markdown.", "text/markdown"),
        Template("turnpike://turns/{id}", "turn", "A turn as it is kept.", "application/json"),
    ];

    public async Task<IReadOnlyList<JsonObject>> ListAsync(IReadOnlyList<Prompt> served, CancellationToken cancellationToken)
    {
        var list = new List<JsonObject>();
        foreach (var prompt in served.Where(PromptMessages.IsServed))
        {
            for (var i = 0; i < prompt.Resources.Count; i++)
            {
                var resource = prompt.Resources[i];
                var row = new JsonObject { ["uri"] = UriOf(prompt, i), ["name"] = resource.Title ?? IdOf(resource, i) };
                if (TypeOf(resource) is { } type) row["mimeType"] = type;
                list.Add(row);
            }
        }
        if (!May(Scopes.Files)) return list;
        foreach (var file in (await files.ListAsync(new() { Limit = MostRows }, cancellationToken)).Data)
            list.Add(new() { ["uri"] = $"{Scheme}files/{file.Id}", ["name"] = file.Name, ["mimeType"] = file.MediaType, ["size"] = file.Size });
        return list;
    }

    /// <summary>The contents of a resource; null when there is none.</summary>
    public async Task<JsonObject?> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        var content = Parts(uri) switch
        {
            ["prompts", var key, "resources", var id] when KeyScope.AllowsPrompt(key) => await BoundAsync(key, id, cancellationToken),
            ["files", var id] when May(Scopes.Files) => await FileAsync(id, cancellationToken),
            ["conversations", var id] when May(Scopes.Conversations) => await TranscriptAsync(id, cancellationToken),
            ["turns", var id] => await turns.FindAsync(id, cancellationToken) is { } turn ? Text("application/json", JsonSerializer.Serialize(turn, TurnpikeJson.Relaxed.Turn)) : null,
            _ => null,
        };
        if (content is null) return null;
        if (content["text"] is JsonValue said) Check(uri, Encoding.UTF8.GetByteCount((string)said!));
        if (content["blob"] is JsonValue blob && (string)blob! is var coded) Check(uri, coded.Length / 4L * 3 - coded.AsSpan()[^Math.Min(2, coded.Length)..].Count('='));
        content["uri"] = uri;
        return new() { ["contents"] = new JsonArray(content) };
    }

    /// <summary>The parts of a URI of ours; none when it is of somebody else.</summary>
    public static string[] Parts(string uri) => uri.StartsWith(Scheme, StringComparison.Ordinal) ? [.. uri[Scheme.Length..].Split('/').Select(Uri.UnescapeDataString)] : [];

    /// <summary>Values for a part of a template. The ids of a prompt's resources are those of the prompt that is chosen already, else of all; those of turns the newest ones of conversations.</summary>
    /// <param name="uri">The template.</param>
    /// <param name="argument">Which part.</param>
    /// <param name="typed">How the values begin.</param>
    /// <param name="key">The key that is chosen already; null: none is.</param>
    /// <param name="served">The prompts that the key of the request may run.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<string>> CompleteAsync(string uri, string argument, string typed, string? key, IReadOnlyList<Prompt> served, CancellationToken cancellationToken)
    {
        var offered = served.Where(PromptMessages.IsServed);
        IEnumerable<string> values = (uri, argument) switch
        {
            ("turnpike://prompts/{key}/resources/{id}", "key") => offered.Select(prompt => prompt.Key),
            ("turnpike://prompts/{key}/resources/{id}", "id") => offered.Where(prompt => key is null || prompt.Key == key).SelectMany(prompt => prompt.Resources.Select(IdOf)).Distinct(StringComparer.Ordinal),
            ("turnpike://turns/{id}", "id") when May(Scopes.Conversations) => (await conversations.ListAsync(new() { Limit = MostRows }, cancellationToken)).Data.Select(conversation => conversation.Head).OfType<string>(),
            ("turnpike://conversations/{id}", "id") when May(Scopes.Conversations) => (await conversations.ListAsync(new() { Limit = MostRows }, cancellationToken)).Data.Select(conversation => conversation.Id),
            ("turnpike://files/{id}", "id") when May(Scopes.Files) => (await files.ListAsync(new() { Limit = MostRows }, cancellationToken)).Data.Select(file => file.Id),
            _ => [],
        };
        return [.. values.Where(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase))];
    }

    private async Task<JsonObject?> BoundAsync(string key, string id, CancellationToken cancellationToken)
    {
        if (await prompts.FindAsync(key, null, cancellationToken) is not { } prompt || !PromptMessages.IsServed(prompt)) return null;
        for (var i = 0; i < prompt.Resources.Count; i++)
        {
            var resource = prompt.Resources[i];
            if (IdOf(resource, i) != id) continue;
            if (resource.Text is { } text) return Text(resource.MediaType ?? "text/plain", text);
            if (resource.Data is { } data) return new() { ["mimeType"] = resource.MediaType ?? "application/octet-stream", ["blob"] = data };
            if (resource.File is { } file) return await FileAsync(file, cancellationToken);
            return resource.Url is { } url ? Text("text/uri-list", url) : null;
        }
        return null;
    }

    private async Task<JsonObject?> FileAsync(string id, CancellationToken cancellationToken)
    {
        if (await files.FindAsync(id, cancellationToken) is not { } file) return null;
        Check($"{Scheme}files/{file.Id}", file.Size); // before its bytes are read
        if (await contents.OpenAsync(file.Hash, cancellationToken) is not { } stream) return null;
        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken);
            return file.MediaType.StartsWith("text/", StringComparison.Ordinal) || file.MediaType is "application/json"
                ? Text(file.MediaType, Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length))
                : new() { ["mimeType"] = file.MediaType, ["blob"] = Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length) };
        }
    }

    private async Task<JsonObject?> TranscriptAsync(string id, CancellationToken cancellationToken)
    {
        if (await conversations.FindAsync(id, cancellationToken) is not { } conversation) return null;
        var text = new StringBuilder("# ").Append(conversation.Title ?? conversation.Id).Append('\n');
        var path = conversation.Head is { } head ? HiddenParts.Without(await turns.PathAsync(head, MostTurns, cancellationToken), conversation) : [];
        foreach (var (role, said) in SaidTexts.Of(path)) text.Append("\n**").Append(char.ToUpperInvariant(role.Value[0])).Append(role.Value.AsSpan(1)).Append("**\n\n").Append(said).Append('\n');
        return Text("text/markdown", text.ToString());
    }

    /// <summary>Whether the key of the request, if there is one, has a scope.</summary>
    public static bool May(string scope) => KeyScope.Current is not { } key || Scopes.Allow(key.Scopes, scope);

    /// <summary>Where a resource that is bound to a prompt is read.</summary>
    public static string UriOf(Prompt prompt, int place) => $"{Scheme}prompts/{Uri.EscapeDataString(prompt.Key)}/resources/{Uri.EscapeDataString(IdOf(prompt.Resources[place], place))}";

    /// <summary>What a resource is, as far as that is known before it is loaded.</summary>
    public static string? TypeOf(ResourceInput resource) => resource.MediaType ?? (resource.Text is not null ? "text/plain" : null);

    private void Check(string uri, long bytes)
    {
        if (bytes <= options.Value.ResourceBytes) return;
        var elsewhere = Parts(uri) is ["files", var id] ? $"Download it: GET /api/files/{id}/content." : "Read it through the API of the server.";
        throw new McpError(McpError.Params, $"The resource \"{uri}\" has {bytes} bytes, more than the {options.Value.ResourceBytes} that are read over MCP (Turnpike:Mcp:ResourceBytes). {elsewhere}", new() { ["uri"] = uri, ["code"] = "request_too_large" });
    }

    private static string IdOf(ResourceInput resource, int place) => resource.Id ?? $"{place + 1}";

    private static JsonObject Text(string type, string text) => new() { ["mimeType"] = type, ["text"] = text };

    private static JsonObject Template(string uri, string name, string about, string? type)
    {
        var template = new JsonObject { ["uriTemplate"] = uri, ["name"] = name, ["description"] = about };
        if (type is not null) template["mimeType"] = type;
        return template;
    }
}
