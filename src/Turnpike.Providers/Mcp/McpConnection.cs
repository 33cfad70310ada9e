using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Web;

namespace Turnpike.Providers.Mcp;

/// <summary>Opens the connection to an MCP server, in whichever of the protocol's eras it speaks.</summary>
internal static class McpConnection
{
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(3);

    public static Task<McpClient> OpenAsync(ToolServer server, McpOptions options, GuardedClient web, TimeProvider time, ILoggerFactory loggers, ILogger logger, ServerSecrets secrets, Action listChanged, CancellationToken cancellationToken)
    {
        if (server.Unreadable) throw new InvalidOperationException(Lost(server));
        var sdk = new SdkLoggers(loggers, secrets);
        IClientTransport transport = server.Transport == "stdio" ? new ProgramTransport(server, options.AnswerBytes, sdk, logger, secrets) : Http(server, options, web, sdk);
        var client = new McpClientOptions
        {
            ClientInfo = new() { Name = "turnpike", Version = typeof(McpConnection).Assembly.GetName().Version?.ToString(3) ?? "0" },
            InitializationTimeout = options.Connect,
            DiscoverProbeTimeout = options.Connect / 2 < Probe ? options.Connect / 2 : Probe,
            TimeProvider = time,
            Handlers = new()
            {
                NotificationHandlers = [new(NotificationMethods.ToolListChangedNotification, (_, _) =>
                {
                    listChanged();
                    return ValueTask.CompletedTask;
                })],
            },
        };
        return McpClient.CreateAsync(new AskingTransport(transport), client, sdk, cancellationToken);
    }

    /// <summary>Why a server cannot be connected to whose settings cannot be opened.</summary>
    public static string Lost(ToolServer server) => $"Where tool server \"{server.Name}\" is and what it is sent cannot be opened: the key that sealed it is not here. Put the key back, add the server again, or take it away.";

    private static HttpClientTransport Http(ToolServer server, McpOptions options, GuardedClient web, ILoggerFactory loggers)
    {
        var handler = new ForgottenSessions { InnerHandler = new EncodedNames { InnerHandler = new BoundedAnswers(options.AnswerBytes) { InnerHandler = web.Handler(server.Private ? new(server.Url!) : null) } } };
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        return new(new()
        {
            Name = server.Name,
            Endpoint = new(server.Url!),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = server.Headers.ToDictionary(header => header.Key, header => header.Value),
            ConnectionTimeout = options.Connect,
            MaxReconnectionAttempts = 2,
        }, http, loggers, ownsHttpClient: true);
    }
}
