using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Server.Access;
using Turnpike.Server.Api;
using Turnpike.Server.Http;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Mcp;

/// <summary>The Model Context Protocol at <c>/mcp</c>: one endpoint for both of its eras, without sessions, so any node answers any request.</summary>
internal static class McpApi
{
    public static void MapMcp(this WebApplication app)
    {
        app.MapPost("/mcp", AnswerAsync).ExcludeFromDescription().RequireScope(Scopes.Turns);
        app.Map("/mcp", Refuse).ExcludeFromDescription().OpenToAll(); // whatever else it is asked with
    }

    private static void Refuse(HttpContext http)
    {
        http.Response.StatusCode = 405;
        http.Response.Headers.Allow = "POST";
    }

    private static async Task AnswerAsync(HttpContext http, McpDispatcher dispatcher, Gatekeeper keeper, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (!Accepts(http, "application/json") || !Accepts(http, "text/event-stream"))
        {
            await WriteAsync(http, McpDispatcher.Message(null, new McpError(McpError.Request, "\"Accept\" must list application/json and text/event-stream.")), 406);
            return;
        }
        JsonNode? id = null;
        var method = "";
        try
        {
            var message = McpDispatcher.Parse(await BytesAsync(http));
            id = McpDispatcher.Id(message);
            McpDispatcher.Check(message);
            var request = new McpRequest(message, http.Request.Headers);
            if (request.IsNotification)
            {
                http.Response.StatusCode = 202;
                return;
            }
            request.Check();
            method = request.Method!;
            var call = new McpCall { Method = request.Method!, Params = request.Params, IsModern = request.IsModern, Caller = new(Visitor.Of(http).Key?.Id, Caller.User(http), Caller.Organization(http)) };
            if (call.Method == "subscriptions/listen") await new McpListening(http, dispatcher, keeper, time, lifetime).RunAsync(id, call);
            else if (call.Method == "tools/call") await StreamAsync(http, dispatcher, id, call, time);
            else await WriteAsync(http, McpDispatcher.Message(id, await dispatcher.AnswerAsync(call, http.RequestAborted)), 200);
        }
        catch (McpError error) when (!http.Response.HasStarted)
        {
            await WriteAsync(http, McpDispatcher.Message(id, error), error.Status);
        }
        catch (Exception error) when (method.Length > 0 && error is not (McpError or OperationCanceledException) && !http.Response.HasStarted)
        {
            await WriteAsync(http, McpDispatcher.Message(id, dispatcher.Told(method, error)), 200);
        }
    }

    /// <summary>Answers with what a tool tells meanwhile. As other streams do, this one ends with its key, and the turn that it runs only where the client's leaving ends it.</summary>
    private static async Task StreamAsync(HttpContext http, McpDispatcher dispatcher, JsonNode? id, McpCall call, TimeProvider time)
    {
        await using var stream = new McpStream(http);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var watch = Gate.WatchAsync(http, time, over.Token);
        JsonObject message;
        try
        {
            message = McpDispatcher.Message(id, await dispatcher.AnswerAsync(call with { Notify = stream.SendAsync }, call.IsModern ? http.RequestAborted : CancellationToken.None));
        }
        catch (McpError error)
        {
            message = McpDispatcher.Message(id, error);
        }
        finally
        {
            await over.CancelAsync();
            await watch;
        }
        await stream.SendAsync(message);
    }

    private static bool Accepts(HttpContext http, string type) => http.Request.Headers.Accept.Any(value => value?.Contains(type, StringComparison.OrdinalIgnoreCase) == true);

    private static async Task<byte[]> BytesAsync(HttpContext http)
    {
        Body.RequirePlain(http.Request);
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        return bytes.ToArray();
    }

    private static Task WriteAsync(HttpContext http, JsonObject message, int status) => Answer.WriteAsync(http, writer => message.WriteTo(writer), status);
}
