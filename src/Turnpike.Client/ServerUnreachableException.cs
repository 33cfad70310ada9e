namespace Turnpike.Client;

/// <summary>The server does not answer, or its connection was lost and could not be had again.</summary>
/// <param name="server">Its address.</param>
/// <param name="cause">What the network said.</param>
public sealed class ServerUnreachableException(Uri server, Exception? cause) : Exception($"The server at {server} cannot be reached{(cause is null ? "" : $": {Told(cause).TrimEnd('.')}")}.", cause)
{
    /// <summary>Whether a connection was there and ended: then the server may have the request.</summary>
    public bool WasReached => InnerException is IOException or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.Unknown };

    /// <summary>What went wrong: of a TLS connection, what lies inside tells it.</summary>
    private static string Told(Exception cause) => cause is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } inside } ? inside.Message : cause.Message;
}
