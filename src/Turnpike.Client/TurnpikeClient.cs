using System.Net.Http.Headers;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Client;

/// <summary>
/// A server's native API: turns, prompts, conversations and files. Turns run on the server and go on when this process ends. What the server refuses is a
/// <see cref="TurnException"/>, a server that does not answer a <see cref="ServerUnreachableException"/>.
/// </summary>
/// <param name="http">A client with the server's address and, if it wants one, the key as its authorization; it stays the caller's.</param>
/// <param name="time">The clock that waits for answers, and before a lost connection is made again; null: the system's.</param>
public sealed class TurnpikeClient(HttpClient http, TimeProvider? time = null)
{
    private static readonly TimeSpan MostLeaving = TimeSpan.FromSeconds(10);
    private readonly ServerConnection _server = new(http);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The connection, for calls that have no method here.</summary>
    internal ServerConnection Server => _server;

    /// <summary>
    /// Runs a turn and tells its events to the last one. A lost connection is made again behind the last event that arrived: each event is told once. Who stops
    /// reading does not stop the turn; <see cref="CancelAsync"/> does.
    /// </summary>
    public IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ServerEvents(_server, _time).RunAsync(request, cancellationToken);
    }

    /// <summary>Tells the events of a turn behind a number, to the last one.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="after">The number of the last event that is known; 0: tell all.</param>
    /// <param name="cancellationToken">Stops reading; the turn goes on.</param>
    public IAsyncEnumerable<TurnEvent> FollowAsync(string turn, long after = 0, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(turn);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        return new ServerEvents(_server, _time).FollowAsync(turn, after, cancellationToken);
    }

    /// <summary>Submits a turn and comes back when it is saved; from then on it survives its client.</summary>
    public Task<Turn> SubmitAsync(TurnRequest request, CancellationToken cancellationToken = default)
    {
        var asked = ServerConnection.Post("api/turns", request, TurnpikeJson.Relaxed.TurnRequest);
        asked.Headers.Add("Prefer", "respond-async");
        return _server.AskAsync(asked, TurnpikeJson.Relaxed.Turn, cancellationToken);
    }

    /// <summary>A turn as kept.</summary>
    public Task<Turn> TurnAsync(string id, CancellationToken cancellationToken = default) => _server.GetAsync(At("turns", id), TurnpikeJson.Relaxed.Turn, cancellationToken);

    /// <summary>Asks for the end of a running turn; what the model had said is kept. Waits 10 s at most for the answer.</summary>
    public async Task CancelAsync(string turn, CancellationToken cancellationToken = default)
    {
        using var answer = await _server.WithinAsync(MostLeaving, _time, stop => _server.SendAsync(new(HttpMethod.Post, At("turns", turn) + "/cancel"), stop), cancellationToken);
    }

    /// <summary>Answers a tool call that waits: with a result, or with a decision if it waits for one.</summary>
    public Task AnswerAsync(string turn, CallAnswer answer, CancellationToken cancellationToken = default) =>
        _server.TellAsync(ServerConnection.Post(At("turns", turn) + "/tool-results", answer, TurnpikeJson.Relaxed.CallAnswer), cancellationToken);

    /// <summary>What a turn would send, and nothing of it kept: <c>{request, trace, variables, parameters, triggers, packing, warnings, tokens, actions, prompt?}</c>.</summary>
    public Task<JsonElement> PreviewAsync(TurnRequest request, CancellationToken cancellationToken = default) => _server.AskAsync(ServerConnection.Post("api/turns/preview", request, TurnpikeJson.Relaxed.TurnRequest), cancellationToken);

    /// <summary>A page of prompts, newest first.</summary>
    public Task<Page<Prompt>> PromptsAsync(PromptQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return _server.GetAsync($"api/prompts?limit={query.Limit}{ServerConnection.And("query", query.Query)}{ServerConnection.And("tag", query.Tag)}{(query.Archived ? "&archived=true" : "")}{ServerConnection.And("after", query.After)}", TurnpikeJson.Relaxed.PromptPage, cancellationToken);
    }

    /// <summary>One version of a prompt: by number or label, or, without either, the one that runs.</summary>
    /// <param name="reference">A prompt by its key; nothing else can be asked for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Prompt> PromptAsync(PromptReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.Id is { } key ? _server.GetAsync(At("prompts", key) + Version(reference), TurnpikeJson.Relaxed.Prompt, cancellationToken) : throw new ArgumentException("The reference names no prompt.", nameof(reference));
    }

    /// <summary>Saves a new version of a prompt, under its key.</summary>
    public Task<Prompt> SavePromptAsync(Prompt prompt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return _server.AskAsync(ServerConnection.Send(HttpMethod.Put, At("prompts", prompt.Key), prompt, TurnpikeJson.Relaxed.Prompt), TurnpikeJson.Relaxed.Prompt, cancellationToken);
    }

    /// <summary>A page of conversations, last changed first.</summary>
    public Task<Page<Conversation>> ConversationsAsync(ConversationQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var filters = ServerConnection.And("query", query.Query) + ServerConnection.And("prompt", query.Prompt) + ServerConnection.And("project", query.Project) + ServerConnection.And("pinned", Flag(query.Pinned))
            + ServerConnection.And("starred", Flag(query.Starred)) + ServerConnection.And("archived", Flag(query.Archived) ?? "any") + ServerConnection.And("after", query.After);
        return _server.GetAsync($"api/conversations?limit={query.Limit}{filters}", TurnpikeJson.Relaxed.ConversationPage, cancellationToken);
    }

    /// <summary>A conversation.</summary>
    public Task<Conversation> ConversationAsync(string id, CancellationToken cancellationToken = default) => _server.GetAsync(At("conversations", id), TurnpikeJson.Relaxed.Conversation, cancellationToken);

    /// <summary>The turns of a conversation's shown branch, oldest first.</summary>
    public Task<IReadOnlyList<Turn>> TurnsAsync(string conversation, CancellationToken cancellationToken = default) =>
        _server.RowsAsync(new(HttpMethod.Get, At("conversations", conversation) + "/turns"), TurnpikeJson.Relaxed.Turn, cancellationToken);

    /// <summary>Uploads a file. Its id is then attached as <see cref="ResourceInput.File"/>, or stands in a message as <see cref="Microsoft.Extensions.AI.HostedFileContent"/>.</summary>
    /// <param name="content">Its bytes, from where the stream stands to its end; sent as they are read, and closed.</param>
    /// <param name="name">Its name; folders in it are cut off.</param>
    /// <param name="mediaType">What its bytes are, for example <c>image/png</c>; null: the server finds it out.</param>
    /// <param name="cancellationToken">Stops the upload; nothing is kept then.</param>
    /// <exception cref="TurnException"><c>request_too_large</c>; <c>request_invalid</c>: it is empty, or something else than it claims to be.</exception>
    public Task<StoredFile> UploadFileAsync(Stream content, string name, string? mediaType = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var file = new StreamContent(content);
        file.Headers.ContentDisposition = new("form-data") { Name = "file", FileNameStar = name }; // the other form takes no quotes and no line ends
        if (mediaType is not null) file.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return _server.AskAsync(new(HttpMethod.Post, "api/files") { Content = new MultipartFormDataContent { file }, Headers = { ExpectContinue = true } }, TurnpikeJson.Relaxed.StoredFile, cancellationToken);
    }

    /// <summary>What is known of an uploaded file.</summary>
    public Task<StoredFile> FileAsync(string id, CancellationToken cancellationToken = default) => _server.GetAsync(At("files", id), TurnpikeJson.Relaxed.StoredFile, cancellationToken);

    /// <summary>The bytes of an uploaded file, as they arrive; whoever reads them closes the stream.</summary>
    public async Task<Stream> DownloadFileAsync(string id, CancellationToken cancellationToken = default)
    {
        var answer = await _server.SendAsync(new(HttpMethod.Get, At("files", id) + "/content"), cancellationToken);
        return await answer.Content.ReadAsStreamAsync(cancellationToken); // closing it gives the connection back
    }

    /// <summary>Deletes an uploaded file: it can be attached no more. Turns and conversations that have it keep its bytes.</summary>
    public Task DeleteFileAsync(string id, CancellationToken cancellationToken = default) => _server.TellAsync(new(HttpMethod.Delete, At("files", id)), cancellationToken);

    private static string At(string what, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"api/{what}/{ServerConnection.Step(id)}";
    }

    private static string? Flag(bool? value) => value is null ? null : value.Value ? "true" : "false";

    private static string Version(PromptReference reference) => reference.Version is not { } version ? "" : version.All(char.IsAsciiDigit) ? $"?version={version}" : $"?label={Uri.EscapeDataString(version)}";
}
