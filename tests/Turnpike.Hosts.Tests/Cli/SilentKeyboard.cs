namespace Turnpike.Hosts.Tests.Cli;

/// <summary>A terminal at which somebody presses Ctrl-C instead of typing: what reads it waits on, as a console does.</summary>
/// <param name="interrupt">What Ctrl-C cancels.</param>
internal sealed class SilentKeyboard(CancellationTokenSource interrupt) : TextReader
{
    private readonly ManualResetEventSlim _gone = new();

    public override string? ReadLine()
    {
        interrupt.Cancel();
        _gone.Wait();
        return null;
    }

    protected override void Dispose(bool disposing)
    {
        _gone.Set();
        base.Dispose(disposing);
    }
}
