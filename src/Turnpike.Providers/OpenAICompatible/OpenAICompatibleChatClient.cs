using System.Net.Http.Headers;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Turnpike.Models;
using Turnpike.Providers.Http;
using Turnpike.Turns.Recordings;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>One model of an OpenAI-compatible server. It always streams; all at once is the stream collected.</summary>
internal sealed class OpenAICompatibleChatClient(OpenAICompatibleServer server, string model) : IChatClient
{
    private readonly ChatClientMetadata metadata = new(server.Options.Name, server.Options.BaseUrl, model);
    private readonly ExchangeSupport support = new(server.Options.Record);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var names = ToolNames.Of(options?.Tools);
        var body = RequestBody.Write(server.Options, model, messages, options, names);
        return StreamAsync(body, names, cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType == typeof(ExchangeSupport) ? support
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <summary>The first update of an answer tells what the provider calls the request.</summary>
    private static ChatResponseUpdate Called(ChatResponseUpdate update, ref string? request)
    {
        if (request is null) return update;
        (update.AdditionalProperties ??= [])[ModelOptionKeys.RequestId] = request;
        request = null;
        return update;
    }

    public void Dispose()
    {
        // The connections belong to the provider.
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ReadOnlyMemory<byte> body, ToolNames names, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = server.Request(HttpMethod.Post, "chat/completions", MediaTypeNames.Text.EventStream);
        request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json) } };
        using var response = await server.SendAsync(request, model, cancellationToken);
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        if (mediaType == MediaTypeNames.Text.Html) throw server.Faults.NotAModel(mediaType);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var called = ProviderFaults.RequestId(response.Headers);
        var chunks = new ChunkReader(model, names, server.Faults);
        using var answer = new AnswerReader(stream, mediaType != MediaTypeNames.Application.Json, chunks, server.Faults);
        do
        {
            while (answer.TryRead(out var update)) yield return Called(update, ref called);
        } while (await answer.FillAsync(cancellationToken));
        yield return Called(answer.Finish(), ref called);
    }
}
