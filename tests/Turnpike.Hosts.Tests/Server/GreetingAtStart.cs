using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Server;

public sealed class GreetingAtStart
{
    [Fact]
    public async Task A_provider_that_was_only_guessed_at_is_named_when_it_is_there()
    {
        await using var ollama = RawServer.Answering("200 OK", """{"object":"list","data":[{"id":"llama3:8b"}]}""");
        Assert.Contains("with the providers ollama, builtin;", await GreetingAsync($"{ollama.Url}v1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_run_is_not_named() => Assert.Contains("with the providers builtin;", await GreetingAsync($"{RawServer.Nobody()}v1"), StringComparison.Ordinal);

    private static async Task<string> GreetingAsync(string ollama)
    {
        using var log = new KeptLog();
        await using var server = new RunningServer(services => services.AddSingleton<ILoggerProvider>(log), ("Turnpike:OllamaUrl", ollama));
        return await log.LineAsync(line => line.StartsWith("Turnpike is at", StringComparison.Ordinal)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
