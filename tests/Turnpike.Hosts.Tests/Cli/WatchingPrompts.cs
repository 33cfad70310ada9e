using Microsoft.AspNetCore.Http;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A folder of prompts is watched while its files and its server are not always at hand.</summary>
public sealed class WatchingPrompts : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-watched-").FullName;
    private int _away, _version;
    private string _saved = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Greet => Path.Combine(_folder, "greet.prompt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_server_that_is_away_when_a_file_is_saved_gets_it_when_it_is_back()
    {
        var ended = await WatchAsync(async _ =>
        {
            _away = 3;
            await ReplaceAsync("Hello again.");
        });
        Assert.Contains("Hello again.", _saved, StringComparison.Ordinal);
        Assert.Single(Warnings(ended));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_while_it_is_saved_is_read_again()
    {
        var ended = await WatchAsync(async warned =>
        {
            await using var held = new FileStream(Greet, FileMode.Open, FileAccess.Write, FileShare.None);
            held.Write("Hello again."u8);
            await held.FlushAsync(Cancellation);
            await warned;
        });
        Assert.Contains("Hello again.", _saved, StringComparison.Ordinal);
        Assert.StartsWith("warning: greet: ", Assert.Single(Warnings(ended)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hidden_files_are_never_saved()
    {
        var ended = await WatchAsync(async _ =>
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, ".greet.prompt"), "Half of it", Cancellation);
            Directory.CreateDirectory(Path.Combine(_folder, ".history"));
            Directory.CreateDirectory(Path.Combine(_folder, "inner"));
            await File.WriteAllTextAsync(Path.Combine(_folder, ".history", "greet.prompt"), "Older", Cancellation);
            await File.WriteAllTextAsync(Path.Combine(_folder, "inner", ".old.tests.json"), "{}", Cancellation);
            await File.WriteAllTextAsync(Path.Combine(_folder, "inner", ".old.prompt"), "Oldest", Cancellation);
            await ReplaceAsync("Hello again.");
        });
        Assert.Contains("Hello again.", _saved, StringComparison.Ordinal);
        Assert.Equal("greet\tsaved\t1\ngreet\tsaved\t2\n", ended.Out);
    }

    /// <summary>Writes the file at once, for the clock leaves no time between its first byte and its last.</summary>
    private async Task ReplaceAsync(string text)
    {
        var whole = Path.Combine(_folder, ".new");
        await File.WriteAllTextAsync(whole, text, Cancellation);
        File.Move(whole, Greet, overwrite: true);
    }

    /// <summary>Watches until the second version is saved.</summary>
    /// <param name="change">What happens to the file, told of the first warning.</param>
    private async Task<CommandLine.Ended> WatchAsync(Func<Task, Task> change)
    {
        await File.WriteAllTextAsync(Greet, "Hello.", Cancellation);
        await using var server = await FakeServer.StartAsync([.. Enumerable.Repeat<Func<HttpContext, Task>>(AnswerAsync, 5000)]);
        using var interrupt = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (started, warned, saved) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        using var leaving = interrupt.Token.Register(() => saved.TrySetCanceled());
        await using var talk = new WatchedWriter(text => { if (text.Contains("tried again", StringComparison.Ordinal)) warned.TrySetResult(); });
        await using var output = new WatchedWriter(text =>
        {
            if (text.Contains("greet\tsaved\t1", StringComparison.Ordinal)) started.TrySetResult();
            if (text.Contains("greet\tsaved\t2", StringComparison.Ordinal)) saved.TrySetResult();
        });
        var watching = CommandLine.RunAsync(["prompts", "watch", _folder, "--server", server.Address], interrupt: interrupt, output: output, talk: talk, time: new HastyClock());
        await Task.WhenAny(started.Task, watching);
        await change(warned.Task.WaitAsync(interrupt.Token));
        await Task.WhenAny(saved.Task, watching);
        await interrupt.CancelAsync();
        var ended = await watching;
        Assert.Equal(130, ended.Code);
        return ended;
    }

    private static IEnumerable<string> Warnings(CommandLine.Ended ended) => ended.Error.Split('\n').Where(line => line.StartsWith("warning: ", StringComparison.Ordinal));

    /// <summary>A library of one prompt: away as often as it is told to be, in the two ways in which one is.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        if (_away > 0)
        {
            if (_away-- % 2 == 0) context.Abort();
            else await FakeServer.Json("""{"code":"storage_unavailable","detail":"The database cannot be reached."}""", 503)(context);
        }
        else if (context.Request.Method == "GET")
        {
            await (_version == 0 ? FakeServer.Json("""{"code":"prompt_not_found","detail":"There is none."}""", 404) : Prompt())(context);
        }
        else
        {
            context.Request.Body.Position = 0;
            using var body = new StreamReader(context.Request.Body);
            var text = await body.ReadToEndAsync(Cancellation);
            if (text != _saved) _version++;
            _saved = text;
            await Prompt()(context);
        }
    }

    private Func<HttpContext, Task> Prompt() => FakeServer.Json($$"""{"key":"greet","version":{{_version}},"hash":"h{{_version}}"}""");
}
