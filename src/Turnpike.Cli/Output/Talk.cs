using Spectre.Console;
using Turnpike.Turns;

namespace Turnpike.Cli.Output;

/// <summary>What the program says beside its results: warnings, progress, notes. All of it goes to the error stream.</summary>
internal sealed class Talk : IAsyncDisposable
{
    private readonly Surroundings _here;
    private readonly Paint _paint;
    private readonly IAnsiConsole? _terminal;
    private StatusContext? _status;
    private TaskCompletionSource? _quiet;
    private Task _spinning = Task.CompletedTask;

    /// <summary>Talks where the program stands.</summary>
    public Talk(Surroundings here)
    {
        _here = here;
        _paint = new(here.ErrorIsTerminal && here.Colour);
        if (here.ErrorIsTerminal && here.Colour) _terminal = Terminals.For(here.Error, here);
    }

    /// <summary>Shows that something is going on, until <see cref="HushAsync"/>. On a terminal only.</summary>
    public void Progress(string doing)
    {
        if (_terminal is null) return;
        if (_status is { } status)
        {
            status.Status = Markup.Escape(doing);
            return;
        }
        if (_quiet is not null) return;
        var (begun, quiet) = (new TaskCompletionSource(), _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously));
        _spinning = _terminal.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(doing), shown =>
        {
            _status = shown;
            begun.SetResult();
            return quiet.Task;
        });
        begun.Task.GetAwaiter().GetResult();
    }

    /// <summary>Takes the progress off the terminal, so that the next line starts on a clean one.</summary>
    public async ValueTask HushAsync()
    {
        if (_quiet is null) return;
        _quiet.SetResult();
        await _spinning;
        (_quiet, _status) = (null, null);
    }

    /// <summary>A note for people who watch; on a terminal only.</summary>
    public async ValueTask NoteAsync(string text)
    {
        if (!_here.ErrorIsTerminal) return;
        await HushAsync();
        _here.Error.WriteLine(_paint.Dim(Terminals.Safe(text)));
    }

    /// <summary>The same, cut to one line.</summary>
    public ValueTask NoteLineAsync(string text) => NoteAsync(Shorten(text, _here.Width));

    /// <summary>A warning, with the stretch of the text it is about.</summary>
    public async ValueTask WarnAsync(string message, TextSpan? span = null, string? text = null)
    {
        await HushAsync();
        _here.Error.WriteLine($"{_paint.Yellow("warning:")} {Terminals.Safe(message)}");
        if (span is { } place && text is not null) _here.Error.Write(SpanMark.Of(text, place, _paint));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => HushAsync();

    private static string Shorten(string text, int width)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length < width ? line : line[..Math.Max(0, width - 2)] + "…";
    }
}
