using System.Globalization;
using System.Runtime.InteropServices;
using Turnpike.Cli;

using var interrupted = new CancellationTokenSource();
using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt);
CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture; // whatever the machine's is, and however the runtime was told to find it
return await TurnpikeCli.RunAsync(args, Surroundings.OfProcess(interrupted.Token));

// The first signal cancels the turn and lets it be kept; the second one ends the process at once.
void Interrupt(PosixSignalContext signal)
{
    if (interrupted.IsCancellationRequested) return;
    signal.Cancel = true;
    interrupted.Cancel();
}
