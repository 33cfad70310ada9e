using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Server.Access;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Server.Mcp;

/// <summary>A client that listens for changes of lists, until it leaves, may do so no longer, or the server stops. While the store is away nothing is heard, and what changed meanwhile is told when it is back.</summary>
internal sealed class McpListening(HttpContext http, McpDispatcher dispatcher, Gatekeeper keeper, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly (string Asked, string Told)[] Lists = [("promptsListChanged", "prompts"), ("toolsListChanged", "tools"), ("resourcesListChanged", "resources")];

    public async Task RunAsync(JsonNode? id, McpCall call)
    {
        var wanted = call.Object("notifications");
        var granted = Lists.Where(list => wanted[list.Asked] is JsonValue value && value.TryGetValue<bool>(out var yes) && yes).ToArray();
        var watched = new WatchedResources(dispatcher.Content, call);
        await using var stream = new McpStream(http);
        var mark = await dispatcher.Content.MarkAsync(http.RequestAborted);
        await watched.ChangedAsync(http.RequestAborted);
        var acknowledged = new JsonObject([.. granted.Select(list => KeyValuePair.Create(list.Asked, (JsonNode?)true))]);
        if (watched.Uris.Count > 0) acknowledged["resourceSubscriptions"] = new JsonArray([.. watched.Uris.Select(uri => (JsonNode?)uri)]);
        await stream.SendAsync(Told(id, "notifications/subscriptions/acknowledged", new() { ["notifications"] = acknowledged }));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            while (true)
            {
                await Task.Delay(LookEvery, time, over.Token);
                try
                {
                    using var scope = KeyScope.Enter((await keeper.AdmitAsync(http)).Key);
                    foreach (var uri in await watched.ChangedAsync(over.Token)) await stream.SendAsync(Told(id, "notifications/resources/updated", new() { ["uri"] = uri }));
                    var now = await dispatcher.Content.MarkAsync(over.Token);
                    if (now == mark) continue;
                    mark = now;
                    foreach (var (_, list) in granted) await stream.SendAsync(Told(id, $"notifications/{list}/list_changed", []));
                }
                catch (TurnException away) when (away.Code == TurnErrorCode.StorageUnavailable)
                {
                    // the next look sees it all
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            if (http.RequestAborted.IsCancellationRequested) return;
        }
        catch (TurnException refused) when (refused.Code is TurnErrorCode.Unauthorized or TurnErrorCode.Forbidden)
        {
            await stream.SendAsync(McpDispatcher.Message(id, dispatcher.Told(call.Method, refused)));
            return;
        }
        await stream.SendAsync(McpDispatcher.Message(id, McpProtocol.Finish(call.Method, new() { ["_meta"] = new JsonObject { [McpProtocol.Subscription] = id?.DeepClone() } }, modern: true)));
    }

    private static JsonObject Told(JsonNode? id, string method, JsonObject parameters)
    {
        parameters["_meta"] = new JsonObject { [McpProtocol.Subscription] = id?.DeepClone() };
        return McpDispatcher.Notification(method, parameters);
    }
}
