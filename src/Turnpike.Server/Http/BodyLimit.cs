using Microsoft.AspNetCore.Http.Features;
using Turnpike.Turns;
using Turnpike.Turns.Files;

namespace Turnpike.Server.Http;

/// <summary>How large a body may be where another setting than that of all bodies says it.</summary>
internal static class BodyLimit
{
    private const int Overhead = 1 << 20; // of a multipart body beside the file
    private static readonly object Told = new();

    /// <summary>Lets a body be as large as one with the largest file.</summary>
    /// <returns>The most bytes that the body may have.</returns>
    public static long OfUpload(HttpContext http, UploadOptions options)
    {
        var most = options.Bytes + Overhead;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        http.Items[Told] = new TurnException(TurnErrorCode.RequestTooLarge, FormattableString.Invariant($"The file is larger than {options.Bytes:N0} bytes, which is the most that is taken (Turnpike:Files:Bytes).")) { Field = "file" };
        return most;
    }

    /// <summary>What is told of a body that is larger than its route allows.</summary>
    public static TurnException TooLarge(HttpContext http) => http.Items[Told] as TurnException
        ?? new(TurnErrorCode.RequestTooLarge, FormattableString.Invariant($"The body is larger than {http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize:N0} bytes, which is the most that Turnpike:BodyBytes allows."));
}
