using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A server on the loopback that answers as a test says and remembers what it was asked.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly WebApplication _app;
    private readonly Queue<Func<HttpContext, Task>> _answers = [];

    private FakeServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Asked> Requests { get; } = [];
    public string Address => _app.Urls.First();

    public static async Task<FakeServer> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new FakeServer(builder.Build());
        foreach (var answer in answers) server._answers.Enqueue(answer);
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Numbers events from a number on and sends them; then ends the answer, or breaks the connection.</summary>
    public static Func<HttpContext, Task> Events(long first, bool breaks, params TurnEvent[] events) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        for (var i = 0; i < events.Length; i++)
        {
            await SendAsync(context, first + i, events[i]);
        }
        if (breaks) context.Abort();
    };

    public static async Task SendAsync(HttpContext context, long sequence, TurnEvent happened)
    {
        happened.Place("turn_1", "conv_1", sequence, Noon);
        var line = new ArrayBufferWriter<byte>();
        TurnEventJson.WriteSse(line, happened);
        await context.Response.Body.WriteAsync(line.WrittenMemory);
        await context.Response.Body.FlushAsync();
    }

    public static Func<HttpContext, Task> Json(string body, int status = 200) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        return context.Response.WriteAsync(body);
    };

    /// <summary>A whole turn that says something.</summary>
    public static Func<HttpContext, Task> Says(params string[] deltas) =>
        Events(1, breaks: false, [Started, Step(1), .. deltas.Select(text => new TextDelta { Text = text, Step = 1 }), Completed]);

    public static TurnStarted Started => new() { Model = "test/one" };
    public static StepStarted Step(int number) => new() { Step = number, Model = "test/one" };
    public static TurnCompleted Completed => new() { Usage = new() { InputTokens = 12, OutputTokens = 3 } };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        context.Request.EnableBuffering(); // a test may read it too
        using var body = new StreamReader(context.Request.Body, leaveOpen: true);
        Requests.Enqueue(new($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", await body.ReadToEndAsync(), context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        Func<HttpContext, Task>? answer;
        lock (_answers) _answers.TryDequeue(out answer);
        if (answer is null) context.Response.StatusCode = 404;
        else await answer(context);
    }

    public sealed record Asked(string Line, string Body, IReadOnlyDictionary<string, string> Headers);
}
