using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Turnpike.Turns;

namespace Turnpike.Server.Hosting;

/// <summary>Says in plain words why the server does not start, where it is the settings or the machine that must change.</summary>
internal static class StartFault
{
    /// <summary>The words; null when the fault is ours and its whole trace is wanted.</summary>
    public static string? Explain(Exception error) => error switch
    {
        OptionsValidationException settings => string.Join('\n', settings.Failures),
        ValidationException setting => setting.Message,
        TurnException promise => promise.OperatorMessage ?? promise.Message,
        InvalidOperationException binding when binding.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => binding.Message,
        InvalidDataException file => file.InnerException is { } why ? $"{file.Message} {why.Message}" : file.Message, // a settings file that is no JSON
        TargetInvocationException { InnerException: ArgumentException value } => value.Message,
        IOException { InnerException: AddressInUseException } taken => $"{taken.Message} Stop the program that listens there, or set ASPNETCORE_URLS to another address.",
        _ => null,
    };
}
