using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;

namespace Turnpike.Server.Api;

/// <summary>Uploaded files.</summary>
internal static class FilesApi
{
    public static void MapFiles(this WebApplication app)
    {
        var files = app.MapGroup("/api/files").WithTags("Files").RequireScope(Scopes.Files);
        files.MapPost("", UploadAsync).Sends("Location", 201).Describe("uploadFile", "Upload a file", "multipart/form-data with the field \"file\"; its bytes are kept once, by their SHA-256, and its type is found out and held against what it claims to be.").Query("project", "The project it belongs to from the beginning: it takes an editor there.").TakesFile(FileShape.Form).Answers<StoredFile>(201);
        files.MapGet("", ListAsync).Describe("listFiles", "List files", "Newest first, in pages.").Pages().Answers<Page<StoredFile>>();
        files.MapGet("{id}", GetAsync).Describe("readFile", "Read a file's data", "{id, name, mediaType, size, hash, createdAt}.").Answers<StoredFile>();
        files.MapGet("{id}/content", ContentAsync).Describe("downloadFile", "Download a file", "Its bytes, with their type. The hash of a part of a turn's message may stand in place of the id.").AnswersBytes();
        files.MapDelete("{id}", DeleteAsync).Describe("deleteFile", "Delete a file", "It can be attached no more; turns and conversations that have it keep its bytes.").AnswersNothing();
    }

    private static async Task UploadAsync(HttpContext http, IFileStore files, ProjectMaking making, IOptions<UploadOptions> options)
    {
        BodyLimit.OfUpload(http, options.Value);
        var file = await ReceiveAsync(http, files, (upload, content) => making.FileAsync(Query.Text(http, "project"), upload, named => files.AddAsync(named, content, http.RequestAborted), http.RequestAborted));
        http.Response.Headers.Location = "/api/files/" + file.Id;
        await Answer.WriteAsync(http, file, TurnpikeJson.Relaxed.StoredFile, 201);
    }

    /// <summary>Hands the body's file on as it arrives.</summary>
    private static async Task<StoredFile> ReceiveAsync(HttpContext http, IFileStore files, Func<FileUpload, Stream, Task<StoredFile>> keep)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
            throw new BadHttpRequestException("A file is uploaded as multipart/form-data with the field \"file\", for example with curl -F file=@notes.md.", 415);
        Body.RequirePlain(http.Request);
        var reader = new MultipartReader(boundary.Value!, http.Request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(http.RequestAborted) is { } section)
            {
                if (FileOf(section) is not { } disposition) continue;
                var kept = await keep(new() { Name = Name(disposition), MediaType = section.ContentType }, section.Body);
                var isOnly = false;
                try
                {
                    isOnly = !await HasAnotherAsync(reader, http.RequestAborted);
                }
                finally
                {
                    if (!isOnly) await files.DeleteAsync(kept.Id, CancellationToken.None);
                }
                return isOnly ? kept : throw new TurnException(TurnErrorCode.RequestInvalid, "The multipart body has several fields \"file\". Upload one file at a time; nothing was kept.") { Field = "file" };
            }
        }
        catch (Exception error) when (BrokenUpload.Is(error))
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The multipart body cannot be read: {error.Message}", error) { Field = "file" };
        }
        throw new TurnException(TurnErrorCode.RequestInvalid, "The multipart body has no field \"file\".") { Field = "file" };
    }

    private static ContentDispositionHeaderValue? FileOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) && HeaderUtilities.RemoveQuotes(disposition.Name) == "file" ? disposition : null;

    private static async Task<bool> HasAnotherAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section) if (FileOf(section) is not null) return true;
        return false;
    }

    /// <summary>The name as its owner wrote it: browsers and curl write quotes and line breaks in it as %22, %0D and %0A (https://html.spec.whatwg.org/#multipart-form-data), and nothing else so.</summary>
    internal static string? Name(ContentDispositionHeaderValue disposition) => disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value
        : HeaderUtilities.RemoveQuotes(disposition.FileName).Value?.Replace("%22", "\"", StringComparison.Ordinal).Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal);

    private static async Task ListAsync(HttpContext http, IFileStore files)
    {
        var query = new FileQuery { After = Query.Text(http, "after"), Limit = Query.Number(http, "limit", 50, 1, 200) };
        await Answer.WriteAsync(http, await files.ListAsync(query, http.RequestAborted), TurnpikeJson.Relaxed.FilePage);
    }

    private static async Task GetAsync(HttpContext http, string id, IFileStore files) =>
        await Answer.WriteAsync(http, await files.FindAsync(id, http.RequestAborted) ?? throw NotFound(id), TurnpikeJson.Relaxed.StoredFile);

    private static async Task ContentAsync(HttpContext http, string id, IFileStore files, IContentStore contents)
    {
        var file = await files.FindAsync(id, http.RequestAborted);
        await using var bytes = await contents.OpenAsync(file?.Hash ?? id, http.RequestAborted) ?? throw NotFound(id);
        http.Response.ContentType = FileTypes.Sendable(file?.MediaType);
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = file?.Name ?? id }.ToString();
        if (!http.WantsHeadOnly()) await bytes.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task DeleteAsync(HttpContext http, string id, IFileStore files)
    {
        if (!await files.DeleteAsync(id, http.RequestAborted)) throw NotFound(id);
        http.Response.StatusCode = 204;
    }

    private static TurnException NotFound(string id) => new(TurnErrorCode.FileNotFound, $"There is no file \"{id}\".") { Field = "id" };
}
