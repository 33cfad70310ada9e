using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Turnpike.Hosts.Tests.Chaos;

/// <summary>
/// A model server on the loopback that says numbered words at a pace: <c>openai/words-30</c> says thirty, where there is a tool behind having read the page that it has for what was said. It counts how often each text
/// was asked, and each page read.
/// </summary>
internal sealed class PacedModel : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20), PageTakes = TimeSpan.FromMilliseconds(300);
    private readonly WebApplication _app;

    private PacedModel(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, int> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>How often the page of each text was read.</summary>
    public ConcurrentDictionary<string, int> Read { get; } = new(StringComparer.Ordinal);

    /// <summary>The results of tools that came with each text, in order.</summary>
    public ConcurrentDictionary<string, string[]> Results { get; } = new(StringComparer.Ordinal);

    /// <summary>Completes when somebody leaves in the middle of an answer.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string BaseUrl => _app.Urls.First() + "/v1";

    public static string Words(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"w{i} "));

    public static async Task<PacedModel> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var model = new PacedModel(builder.Build());
        model._app.Run(model.AnswerAsync);
        await model._app.StartAsync();
        return model;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/page", out var page))
        {
            Read.AddOrUpdate(page.Value![1..], 1, (_, times) => times + 1);
            await Task.Delay(PageTakes);
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("page of " + page.Value[1..]);
            return;
        }
        if (context.Request.Method != "POST")
        {
            await context.Response.WriteAsync("""{"object":"list","data":[]}""");
            return;
        }
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var messages = body.RootElement.GetProperty("messages").EnumerateArray().ToArray();
        var (last, asks) = (messages[^1].GetProperty("content").ToString(), messages[^1].GetProperty("role").GetString() == "user" && body.RootElement.TryGetProperty("tools", out _));
        Asked.AddOrUpdate(last, 1, (_, times) => times + 1);
        Results[last] = [.. messages.Where(message => message.GetProperty("role").GetString() == "tool").Select(message => message.GetProperty("content").ToString())];
        var count = int.Parse(body.RootElement.GetProperty("model").GetString()!.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);
        context.Response.ContentType = "text/event-stream";
        try
        {
            if (asks)
            {
                await SayAsync(context, $$$"""{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_{{{last}}}","type":"function","function":{"name":"fetch_url","arguments":"{\"url\":\"{{{_app.Urls.First()}}}/page/{{{last}}}\"}"}}]},"finish_reason":"tool_calls"}]}""");
                await SayAsync(context, "[DONE]");
                return;
            }
            for (var i = 0; i < count; i++)
            {
                await SayAsync(context, $$$"""{"choices":[{"index":0,"delta":{"content":"w{{{i}}} "}}]}""");
                await Task.Delay(Pace, context.RequestAborted);
            }
            await SayAsync(context, """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
            await SayAsync(context, "[DONE]");
        }
        catch (OperationCanceledException)
        {
            Left.TrySetResult();
        }
    }

    private static async Task SayAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
