using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// Hands on that a server asks for input as a result like any other. The SDK would have it answered while the call hangs; whoever is asked here may take days.
/// </summary>
internal sealed class AskingTransport(IClientTransport inner) : IClientTransport
{
    /// <summary>The member of a result that asks for input.</summary>
    public const string Mark = "turnpike/inputRequired";

    public string Name => inner.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) => new Session(await inner.ConnectAsync(cancellationToken));

    private sealed class Session(ITransport inner) : ITransport
    {
        public string? SessionId => inner.SessionId;

        public ChannelReader<JsonRpcMessage> MessageReader { get; } = new Reader(inner.MessageReader);

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) => inner.SendMessageAsync(message, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Reader(ChannelReader<JsonRpcMessage> inner) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => inner.Completion;

        public override bool TryRead([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out JsonRpcMessage item)
        {
            if (!inner.TryRead(out item)) return false;
            if (item is JsonRpcResponse { Result: JsonObject result } && result["resultType"] is JsonValue type && type.TryGetValue<string>(out var said) && said == "input_required")
            {
                result["resultType"] = "complete";
                result[Mark] = true;
            }
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => inner.WaitToReadAsync(cancellationToken);
    }
}
