using Microsoft.Extensions.Configuration.Memory;

namespace Turnpike.Server.Hosting;

/// <summary>Settings under all others, so that the server needs no file beside it: loopback, and a log of one line an entry that tells what people need.</summary>
internal static class StandardSettings
{
    public static void AddTo(IConfigurationBuilder configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource
    {
        InitialData = new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:5080",
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning", // the greeting says it
            ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical", // so does the message of a failed start
            ["Logging:Console:FormatterName"] = "simple",
            ["Logging:Console:FormatterOptions:SingleLine"] = "true",
            ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-ddTHH:mm:ssZ ",
            ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
        },
    });
}
