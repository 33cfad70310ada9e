using Microsoft.Net.Http.Headers;

namespace Turnpike.Server.Http;

/// <summary>What a request would rather have for an answer.</summary>
internal static class Wants
{
    /// <summary>Whether the answer is a stream of events: it is asked for, and nothing else is rather.</summary>
    public static bool Events(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)) return request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        var events = types.Where(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)).Select(type => type.Quality ?? 1).DefaultIfEmpty(0).Max();
        return events > 0 && events >= types.Max(type => type.Quality ?? 1);
    }

    /// <summary>Whether the request names a type for its answer, and the other not more urgently.</summary>
    public static bool Rather(HttpRequest request, string type, string other)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)) return request.Headers.Accept.ToString().Contains(type, StringComparison.OrdinalIgnoreCase);
        var asked = Urgency(type);
        return asked > 0 && asked >= Urgency(other);

        double Urgency(string name) => types.Where(one => one.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max();
    }
}
