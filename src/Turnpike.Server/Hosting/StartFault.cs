using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
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
        IOException { InnerException: AddressInUseException } taken => $"{taken.Message} Stop the program that listens there (of a unix socket that nobody listens at: remove its file), or set ASPNETCORE_URLS to another address.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } denied => $"The server may not listen at its address ({denied.Message}): ports below 1024 and folders of sockets may want rights that it lacks. Set ASPNETCORE_URLS to another address.",
        SocketException socket => $"The server cannot listen at its address ({socket.Message}). Set ASPNETCORE_URLS to one that this machine has; of a unix socket its folder must be there.",
        InvalidOperationException https when https.Message.StartsWith("Unable to configure HTTPS endpoint", StringComparison.Ordinal) => "An https address needs a certificate: set Kestrel__Certificates__Default__Path and Kestrel__Certificates__Default__Password, or listen at http and let a proxy do the rest.",
        InvalidOperationException log when log.Message.StartsWith("Configuration value '", StringComparison.Ordinal) => $"{log.Message} Levels of the log are Trace, Debug, Information, Warning, Error, Critical and None.",
        CryptographicException certificate => $"The certificate of Kestrel's settings cannot be used. {certificate.Message}",
        FileNotFoundException { FileName: { Length: > 0 } name } missing when !name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && !name.Contains(", Version=", StringComparison.Ordinal) => missing.Message,
        _ => null,
    };
}
