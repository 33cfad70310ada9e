namespace Turnpike.Server.Http;

/// <summary>404, of what no error code is for.</summary>
/// <param name="message">What there is not.</param>
/// <param name="place">What named it.</param>
internal sealed class NotHere(string message, string place) : BadHttpRequestException(message, StatusCodes.Status404NotFound)
{
    public string Field => place;
}
