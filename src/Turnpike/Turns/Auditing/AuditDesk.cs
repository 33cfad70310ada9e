using Microsoft.Extensions.Logging;
using Turnpike.Turns.Access;

namespace Turnpike.Turns.Auditing;

/// <summary>Tells the audit log of changes where they are kept, so that those of a host's own code are told as well as those of requests.</summary>
internal sealed partial class AuditDesk(IAuditLog log, TimeProvider time, ILogger<AuditDesk> logger)
{
    private const string Host = "host";
    private const int Done = 200;

    /// <summary>Tells of a change that was done, unless whoever entered the flow tells of it. What was done is done: a log that cannot be written takes nothing back.</summary>
    /// <param name="action">The operation, by its name in the OpenAPI document.</param>
    /// <param name="target">What it was done to, as the path of the API that does the same.</param>
    public async Task TellAsync(string action, string target)
    {
        if (AuditScope.IsTold) return;
        var key = KeyScope.Current;
        try
        {
            await log.AppendAsync(new() { At = time.GetUtcNow(), Who = AuditScope.Who ?? key?.Name ?? Host, Key = key?.Id, User = key?.User, Action = action, Target = target, Status = Done, Request = "" }, CancellationToken.None);
        }
        catch (TurnException error)
        {
            NotWritten(action, target, error);
        }
    }

    public static string Path(params ReadOnlySpan<string> names)
    {
        var path = new System.Text.StringBuilder("/api");
        foreach (var name in names) path.Append('/').Append(Uri.EscapeDataString(name));
        return path.ToString();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit log could not be written for {Action} of {Target}")]
    private partial void NotWritten(string action, string target, Exception error);
}
