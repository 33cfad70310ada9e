using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Turnpike.Server.Access;
using Turnpike.Server.Http;

namespace Turnpike.Server.Api;

/// <summary>The OpenAPI document. It says the same to all, so it is made once, for whoever asks first.</summary>
internal static class DescriptionApi
{
    public const string Document = "v1";

    public static void MapDescription(this WebApplication app)
    {
        var made = new Lazy<Task<Description>>(() => MakeAsync(app.Services));
        app.MapGet($"/openapi/{Document}.json", http => WriteAsync(http, made.Value)).OpenToAll().ExcludeFromDescription();
    }

    private static async Task WriteAsync(HttpContext http, Task<Description> made)
    {
        var (bytes, tag) = await made.WaitAsync(http.RequestAborted);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == "*" || known.Tag == tag)) http.Response.StatusCode = StatusCodes.Status304NotModified;
        else await Answer.WriteAsync(http, bytes, contentType: "application/json;charset=utf-8");
    }

    private static async Task<Description> MakeAsync(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync();
        var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(text));
        var bytes = System.Text.Encoding.UTF8.GetBytes(text.ToString());
        return new(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"");
    }

    private sealed record Description(byte[] Bytes, string Tag);
}
