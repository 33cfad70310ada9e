using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Models;
using Microsoft.Extensions.AI;
using Turnpike.Providers.Http;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using ModelInfo = Turnpike.Turns.Catalogs.ModelInfo;

namespace Turnpike.Providers.Anthropic;

/// <summary>The models of Anthropic, through its own SDK.</summary>
public sealed class AnthropicProvider : IModelProvider, IDisposable
{
    private static readonly TimeSpan ListPatience = TimeSpan.FromSeconds(10);
    private const int MaxListBytes = 16 * 1024 * 1024;
    private const int MaxPages = 10;
    private static readonly string[] Taken = ["temperature", "topP", "topK", "maxOutputTokens", "stop", "reasoningEffort", "responseFormat", "toolChoice", "parallelToolCalls", "maxSteps", "providerOptions", "webSearch"];
    private static readonly Dictionary<string, ParameterRange> Limits = new() { ["temperature"] = new(0, 1) }; // https://docs.anthropic.com/en/api/messages: others take up to 2
    private readonly AnthropicOptions options;
    private readonly ProviderFaults faults;
    private readonly ProviderCalls calls;
    private readonly HttpMessageHandler handler;

    /// <summary>Talks to nobody yet.</summary>
    /// <param name="options">Which server, and how.</param>
    /// <param name="clock">The time, for <c>Retry-After</c> dates; default the system's.</param>
    public AnthropicProvider(AnthropicOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        var secrets = new GivenSecrets(options.Key, []);
        faults = new(options.Name, options.BaseUrl, options.Key is not null, secrets, options.KeySource, options.Connect);
        calls = new(faults, clock ?? TimeProvider.System);
        handler = ProviderTransport.Handler(options.BaseUrl, secrets, options.Connect);
    }

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <inheritdoc/>
    public IReadOnlyList<string>? Parameters => Taken;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, ParameterRange>? Ranges => Limits;

    /// <inheritdoc/>
    public IChatClient Client(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return new AnthropicChatClient(Sdk(model).AsIChatClient(model, options.MaxOutputTokens), options, model, faults);
    }

    /// <summary>
    /// The models that the server lists. Waits at most 10 s. Throws <see cref="TurnException"/> with a <c>provider_…</c> code
    /// when it cannot be asked.
    /// </summary>
    public async Task<IReadOnlyList<ModelInfo>> ListAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ListPatience);
        try
        {
            var models = new List<ModelInfo>();
            string? next = null;
            for (var page = 0; page < MaxPages && (page == 0 || next is not null); page++)
            {
                (var read, next) = await PageAsync(next, patience.Token);
                models.AddRange(read);
            }
            return [.. models.DistinctBy(model => model.Id).OrderBy(model => model.Id, StringComparer.Ordinal)];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw faults.Slow(ListPatience);
        }
        catch (Exception error) when (error is not (OperationCanceledException or TurnException))
        {
            throw AnthropicFaults.Translate(error, faults, null);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => handler.Dispose();

    /// <summary>The SDK without what the turn's own station does: no retries, no deadline.</summary>
    private AnthropicClient Sdk(string? model)
    {
        var key = string.IsNullOrWhiteSpace(options.Key) ? null : options.Key;
        var address = options.BaseUrl.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new(new ClientOptions
        {
            // A key must be there, or the SDK looks for one in the environment; the handler takes an empty one off again.
            ApiKey = key ?? "none",
            BaseUrl = address.EndsWith("/v1", StringComparison.Ordinal) ? address[..^3] : address,
            MaxRetries = 0,
            Timeout = TimeSpan.FromDays(1),
            HttpClient = new HttpClient(new AnthropicHandler(handler, calls, model, key is not null), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
        });
    }

    private async Task<(IReadOnlyList<ModelInfo> Models, string? Next)> PageAsync(string? after, CancellationToken cancellationToken)
    {
        using var response = await Sdk(null).Models.WithRawResponse.List(new ModelListParams { Limit = 1000, AfterID = after }, cancellationToken);
        var body = await calls.ReadAsync(response.RawMessage, MaxListBytes, cancellationToken);
        return AnthropicModels.Read(body.Span, new() { Id = "", Provider = Name, Tools = true, Parameters = Taken, Ranges = Limits }) ?? throw faults.NotAModel(response.RawMessage.Content.Headers.ContentType?.MediaType);
    }
}
