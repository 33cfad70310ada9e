using System.Runtime.InteropServices;
using Turnpike.Cli;

using var interrupted = new CancellationTokenSource();
using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return await TurnpikeCli.RunAsync(args, Surroundings.OfProcess(interrupted.Token));

// The first signal cancels the turn and lets it be kept; the second one ends the process at once.
void Interrupt(PosixSignalContext signal)
{
    if (interrupted.IsCancellationRequested) return;
    signal.Cancel = true;
    interrupted.Cancel();
}
