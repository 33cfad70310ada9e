using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Turnpike.Server.Access;

namespace Turnpike.Server.Page;

/// <summary>
/// Serves the page: its files under <c>/assets</c>, and one document at the addresses that the page draws itself. Those are listed one by one, so that
/// no address of an API is ever answered with a page.
/// </summary>
internal static class PageApi
{
    private static readonly string[] Addresses =
        ["/", "/conversations/{**rest}", "/prompts/{**rest}", "/turns/{**rest}", "/rules/{**rest}", "/tags/{**rest}", "/projects/{**rest}", "/tools/{**rest}", "/models/{**rest}", "/files/{**rest}", "/usage/{**rest}", "/keys/{**rest}", "/start"];

    /// <summary>Where programs ask: what is missing there is told as a problem, whoever asks.</summary>
    private static readonly string[] Apis = ["/api", "/v1", "/openapi", "/health", "/mcp", "/assets"];

    private static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Serves the files, and the document at the addresses of the page.</summary>
    public static void MapPage(this WebApplication app)
    {
        app.Lifetime.ApplicationStarted.Register(() => _ = Task.Run(PageFile.PackAll)); // the first visitor need not wait for it
        foreach (var address in Addresses) app.MapMethods(address, Reads, DocumentAsync).OpenToAll().ExcludeFromDescription();
        foreach (var (path, file) in PageFile.All)
        {
            if (path != "index.html") app.MapMethods("/" + path, Reads, http => FileAsync(http, file, isFixed: path.StartsWith("assets/", StringComparison.Ordinal))).OpenToAll().ExcludeFromDescription();
        }
    }

    /// <summary>Answers an address that somebody typed and that nothing serves with the page, which says so: a 404 that people can read.</summary>
    public static void UsePage(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.GetEndpoint() is not null || !Reads.Contains(http.Request.Method) || Apis.Any(api => http.Request.Path.StartsWithSegments(api, StringComparison.OrdinalIgnoreCase)) || !IsTyped(http.Request)) return next(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return DocumentAsync(http);
    });

    /// <summary>Whether a browser goes to an address: it asks for HTML by name, programs and pictures do not.</summary>
    private static bool IsTyped(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static readonly string FirstDocument = PageFile.All.TryGetValue("index.html", out var index) ? Encoding.UTF8.GetString(index.Bytes) : Missing();
    private static readonly string OtherDocument = WithoutHints(FirstDocument);

    private static Task DocumentAsync(HttpContext http)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var headers = http.Response.Headers;
        headers.ContentType = "text/html; charset=utf-8";
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        var document = http.Request.Path.Value is "/" or "/start" || http.Request.Path.StartsWithSegments("/conversations", StringComparison.Ordinal) ? FirstDocument : OtherDocument;
        var page = document.Replace("__NONCE__", nonce, StringComparison.Ordinal).Replace("__ADDRESS__", $"{http.Request.Scheme}://{http.Request.Host}", StringComparison.Ordinal);
        return http.Response.WriteAsync(page, http.RequestAborted);
    }

    private static async Task FileAsync(HttpContext http, PageFile file, bool isFixed)
    {
        var headers = http.Response.Headers;
        headers.ETag = file.Tag;
        headers.CacheControl = isFixed ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = "Accept-Encoding";
        if (http.Request.Headers.IfNoneMatch.Contains(file.Tag))
        {
            http.Response.StatusCode = 304;
            return;
        }
        var packed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase) ? file.Packed : null;
        if (packed is not null) headers.ContentEncoding = "br";
        headers.ContentType = file.Type;
        headers.ContentLength = (packed ?? file.Bytes).Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(packed ?? file.Bytes, http.RequestAborted);
    }

    /// <summary>The document without the lines that have a browser fetch the scripts of a conversation early.</summary>
    private static string WithoutHints(string document)
    {
        const string End = "<!--/first-->";
        var (from, to) = (document.IndexOf("<!--first-->", StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        return from < 0 || to < from ? document : document.Remove(from, to + End.Length - from);
    }

    private static string Missing()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Turnpike.Server.Page.missing.html")!);
        return reader.ReadToEnd();
    }
}
