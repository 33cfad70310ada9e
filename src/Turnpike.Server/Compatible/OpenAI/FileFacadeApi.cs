using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Projects;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The vendor's files: the same store as <c>/api/files</c>.</summary>
internal static class FileFacadeApi
{
    private static readonly string[] Purposes = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"];

    public static void MapFileFacade(this WebApplication app)
    {
        var files = app.MapGroup("/v1/files").RequireScope(Scopes.Files).ExcludeFromDescription();
        files.MapPost("", UploadAsync);
        files.MapGet("", ListAsync);
        files.MapGet("{id}", GetAsync);
        files.MapGet("{id}/content", ContentAsync);
        files.MapDelete("{id}", DeleteAsync);
    }

    private static async Task UploadAsync(HttpContext http, IFileStore files, ProjectMaking making, IOptions<UploadOptions> options, TimeProvider time)
    {
        var longest = BodyLimit.OfUpload(http, options.Value);
        if (!http.Request.HasFormContentType) throw Given.Invalid("file", "A file is uploaded as multipart/form-data with the fields \"file\" and \"purpose\".");
        Body.RequirePlain(http.Request);
        var form = await FormAsync(http, longest);
        if (form.Files.GetFiles("file").Count > 1) throw Given.Invalid("file", "The multipart body has several fields \"file\". Upload one file at a time; nothing was kept.");
        var file = form.Files.GetFile("file") ?? throw Given.Invalid("file", "The multipart body has no field \"file\".");
        var purpose = Purpose(form["purpose"].ToString());
        await using var content = file.OpenReadStream();
        var upload = new FileUpload { Name = ContentDispositionHeaderValue.TryParse(file.ContentDisposition, out var disposition) ? FilesApi.Name(disposition) : file.FileName, MediaType = file.ContentType is "application/octet-stream" or "" ? null : file.ContentType, Purpose = purpose, ExpiresAt = Expiry(form, time) };
        var stored = await making.FileAsync(Query.Text(http, "project"), upload, named => files.AddAsync(named, content, http.RequestAborted), http.RequestAborted);
        await Answer.WriteAsync(http, writer => Write(writer, stored));
    }

    private static async Task<IFormCollection> FormAsync(HttpContext http, long longest)
    {
        try
        {
            return await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = longest }, http.RequestAborted);
        }
        catch (Exception error) when (BrokenUpload.Is(error))
        {
            throw Given.Invalid("file", $"The multipart body cannot be read: {error.Message}");
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not BadHttpRequestException))
        {
            throw new TurnException(TurnErrorCode.StorageUnavailable, "The bytes of files cannot be written now. The program's log tells why.", error) { OperatorMessage = $"An upload cannot be kept while it comes (ASPNETCORE_TEMP, or the system's temporary folder): {error.Message}" };
        }
    }

    private static string Purpose(string asked) => Purposes.Contains(asked) ? asked : throw Given.UnsupportedValue("purpose", $"\"purpose\" is \"{asked}\"; it must be one of {string.Join(", ", Purposes)}.");

    private static DateTimeOffset? Expiry(IFormCollection form, TimeProvider time)
    {
        const string Anchor = "expires_after[anchor]";
        const string Seconds = "expires_after[seconds]";
        if (form[Anchor].ToString() is { Length: > 0 } anchor and not "created_at") throw Given.UnsupportedValue(Anchor, $"\"{Anchor}\" is \"{anchor}\"; it must be created_at.");
        if (form[Seconds].ToString() is not { Length: > 0 } text) return form[Anchor].Count == 0 ? null : throw Given.Invalid(Seconds, $"\"{Seconds}\" is missing; it says how long after \"created_at\" the file goes.");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 3600 and <= 2_592_000 ? time.GetUtcNow().AddSeconds(seconds) : throw Given.Invalid(Seconds, $"\"{Seconds}\" is \"{text}\"; it must be a whole number from 3600 to 2592000.");
    }

    private static async Task ListAsync(HttpContext http, IFileStore files)
    {
        var purpose = Query.Text(http, "purpose") is { } asked ? Purpose(asked) : null;
        var query = PageQuery.Read(http, most: 10_000, standard: 10_000);
        var all = new List<StoredFile>();
        for (string? next = null; ;)
        {
            var rows = await files.ListAsync(new() { Purpose = purpose, After = next, Limit = 10_000 }, http.RequestAborted);
            all.AddRange(rows.Data);
            if ((next = rows.Next) is null) break;
        }
        if (query.Order == "asc") all.Reverse();
        if (query.After is { } after)
        {
            var place = all.FindIndex(file => file.Id == after);
            if (place < 0) throw Given.Invalid("after", $"\"after\" is \"{after}\", which is no file of this list.");
            all.RemoveRange(0, place + 1);
        }
        var page = all.Take(query.Limit).ToArray();
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var file in page) Write(writer, file);
            writer.WriteEndArray();
            writer.WriteString("first_id"u8, page.Length == 0 ? null : page[0].Id);
            writer.WriteString("last_id"u8, page.Length == 0 ? null : page[^1].Id);
            writer.WriteBoolean("has_more"u8, all.Count > page.Length);
            writer.WriteEndObject();
        });
    }

    private static async Task GetAsync(HttpContext http, string id, IFileStore files)
    {
        var file = await FindAsync(files, id, http.RequestAborted);
        await Answer.WriteAsync(http, writer => Write(writer, file));
    }

    private static async Task ContentAsync(HttpContext http, string id, IFileStore files, IContentStore contents)
    {
        var file = await FindAsync(files, id, http.RequestAborted);
        await using var bytes = await contents.OpenAsync(file.Hash, http.RequestAborted) ?? throw NotFound(id);
        http.Response.ContentType = FileTypes.Sendable(file.MediaType);
        http.Response.ContentLength = file.Size;
        http.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = file.Name }.ToString();
        await bytes.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task DeleteAsync(HttpContext http, string id, IFileStore files)
    {
        if (!await files.DeleteAsync(id, http.RequestAborted)) throw NotFound(id);
        await Deleted.WriteAsync(http, id, "file");
    }

    private static void Write(Utf8JsonWriter writer, StoredFile file)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, file.Id);
        writer.WriteString("object"u8, "file"u8);
        writer.WriteNumber("bytes"u8, file.Size);
        writer.WriteNumber("created_at"u8, file.CreatedAt.ToUnixTimeSeconds());
        writer.WriteString("filename"u8, file.Name);
        writer.WriteString("purpose"u8, file.Purpose ?? FileQuery.Unsaid);
        writer.WriteString("status"u8, "processed"u8);
        if (file.ExpiresAt is { } end) writer.WriteNumber("expires_at"u8, end.ToUnixTimeSeconds());
        writer.WriteEndObject();
    }

    private static async ValueTask<StoredFile> FindAsync(IFileStore files, string id, CancellationToken cancellationToken) => await files.FindAsync(id, cancellationToken) ?? throw NotFound(id);

    private static TurnException NotFound(string id) => new(TurnErrorCode.FileNotFound, $"There is no file \"{id}\".") { Field = "file_id" };
}
