using System.Net.Mime;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>
/// The models of OpenAI, or of any server that speaks its chat completions: Ollama, llama.cpp, vLLM, LM Studio, OpenRouter, Groq,
/// Mistral, DeepSeek and many more.
/// </summary>
public sealed class OpenAICompatibleProvider : IModelProvider, IDisposable
{
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(10);
    private const int MaxListBytes = 16 * 1024 * 1024;
    private readonly OpenAICompatibleServer server;

    /// <summary>Talks to nobody yet.</summary>
    /// <param name="options">Which server, and how.</param>
    /// <param name="clock">The time, for <c>Retry-After</c> dates; default the system's.</param>
    public OpenAICompatibleProvider(OpenAICompatibleOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        server = new(options, clock ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public string Name => server.Options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string>? Parameters => ModelList.Taken(server.Options);

    /// <inheritdoc/>
    public IChatClient Client(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return new OpenAICompatibleChatClient(server, model);
    }

    /// <summary>
    /// The models that the server lists, by id. Waits at most 10 s. Throws <see cref="TurnException"/> with a <c>provider_…</c>
    /// code when it cannot be asked.
    /// </summary>
    public async Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ListPatience);
        try
        {
            using var request = server.Request(HttpMethod.Get, "models", MediaTypeNames.Application.Json);
            using var response = await server.SendAsync(request, null, patience.Token);
            var body = await server.ReadAsync(response, MaxListBytes, patience.Token);
            return ModelList.Read(body, server.Options) ?? throw server.Faults.NotAModel(response.Content.Headers.ContentType?.MediaType);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw server.Faults.Slow(ListPatience);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => server.Dispose();
}
