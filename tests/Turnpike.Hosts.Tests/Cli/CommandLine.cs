using Turnpike.Cli;

namespace Turnpike.Hosts.Tests.Cli;

/// <summary>Runs the program in this process, as a shell would start it with pipes.</summary>
internal static class CommandLine
{
    public static async Task<Ended> RunAsync(string[] args, string? piped = null, Dictionary<string, string>? variables = null, bool terminal = false, CancellationTokenSource? interrupt = null, TextWriter? output = null, string? typed = null, TextReader? keyboard = null, StringWriter? talk = null, TimeProvider? time = null, byte[]? bytes = null)
    {
        using var standard = new StringWriter();
        using var error = talk ?? new StringWriter();
        var code = await TurnpikeCli.RunAsync(args, new()
        {
            In = keyboard ?? new StringReader(piped ?? typed ?? ""),
            Piped = bytes is null ? null : new MemoryStream(bytes),
            InIsTerminal = piped is null && bytes is null,
            Out = output ?? standard,
            Error = error,
            OutIsTerminal = terminal,
            ErrorIsTerminal = terminal,
            Variable = name => variables?.GetValueOrDefault(name),
            Time = time ?? TimeProvider.System,
            Interrupted = interrupt?.Token ?? CancellationToken.None,
        });
        return new(code, output?.ToString() ?? standard.ToString(), error.ToString());
    }

    public sealed record Ended(int Code, string Out, string Error);
}
