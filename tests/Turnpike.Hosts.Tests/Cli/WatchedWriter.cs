namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Tells what was written so far at every write.</summary>
internal sealed class WatchedWriter(Action<string> watch) : StringWriter
{
    public override void Write(string? value)
    {
        base.Write(value);
        watch(ToString());
    }
}
