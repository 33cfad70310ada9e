using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Turnpike.Providers;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Providers;

public sealed class Discovery
{
    [Fact]
    public void Without_settings_there_are_echo_and_perhaps_Ollama()
    {
        Assert.Equal(["ollama", "builtin"], Names(new()));
    }

    [Fact]
    public void Keys_in_the_environment_bring_their_providers()
    {
        Assert.Equal(["openai", "anthropic", "builtin"], Names(From(new() { ["OPENAI_API_KEY"] = "a", ["ANTHROPIC_API_KEY"] = "b" })));
        Assert.Equal(["builtin"], Names(From(new() { ["OPENAI_API_KEY"] = " ", ["ANTHROPIC_API_KEY"] = "" })));
    }

    [Fact]
    public async Task A_base_url_needs_no_key()
    {
        await using var server = RawServer.Answering("200 OK", """{"data":[{"id":"a"}]}""");
        var openai = ModelProviders.Discover(From(new() { ["OPENAI_BASE_URL"] = $"{server.Url}v1" }))[0];

        var models = await openai.ListAsync(TestContext.Current.CancellationToken);

        Assert.Equal("openai/a", Assert.Single(models).Id);
        Assert.DoesNotContain("Authorization", server.Request.Headers.Keys);
    }

    [Fact]
    public async Task The_environments_key_never_goes_to_an_address_from_the_list()
    {
        await using var server = RawServer.Answering("200 OK", """{"data":[]}""");
        var settings = From(new() { ["OPENAI_API_KEY"] = "secret" });
        settings.Providers.Add(new() { Name = "openai", BaseUrl = server.Url.ToString() });

        await ModelProviders.Discover(settings)[0].ListAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain("Authorization", server.Request.Headers.Keys);
    }

    [Fact]
    public async Task Listed_providers_come_first_and_take_the_place_of_those_that_are_found()
    {
        await using var server = RawServer.Answering("200 OK", """{"data":[]}""");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Turnpike:Providers:0:Name"] = "box",
            ["Turnpike:Providers:0:BaseUrl"] = server.Url.ToString(),
            ["Turnpike:Providers:0:Key"] = "k",
            ["Turnpike:Providers:0:Headers:X-Title"] = "T",
            ["Turnpike:Providers:1:Name"] = "claude",
            ["Turnpike:Providers:1:Kind"] = "anthropic",
            ["Turnpike:Providers:2:Name"] = "Ollama",
            ["Turnpike:Providers:2:Kind"] = "echo",
        }).Build();
        var settings = configuration.GetSection("Turnpike").Get<ProviderSettings>()!;

        var providers = ModelProviders.Discover(settings);

        Assert.Equal(["box", "claude", "Ollama", "builtin"], providers.Select(provider => provider.Name));
        await providers[0].ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("Bearer k", "T"), (server.Request.Headers["Authorization"], server.Request.Headers["X-Title"]));
    }

    [Fact]
    public async Task Ollama_that_does_not_run_has_no_models_and_still_says_so_when_asked()
    {
        var ollama = ModelProviders.Discover(new() { OllamaUrl = $"{RawServer.Nobody()}v1" })[0];

        Assert.Empty(await ollama.ListAsync(TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<TurnException>(() => ollama.Client("llama3").GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "hi")], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(TurnErrorCode.ProviderUnreachable, error.Code);
    }

    [Fact]
    public async Task Ollama_that_runs_is_found()
    {
        await using var server = RawServer.Answering("200 OK", """{"object":"list","data":[{"id":"llama3:8b"}]}""");

        var ollama = ModelProviders.Discover(new() { OllamaUrl = $"{server.Url}v1" })[0];

        Assert.Equal("ollama/llama3:8b", Assert.Single(await ollama.ListAsync(TestContext.Current.CancellationToken)).Id);
    }

    [Fact]
    public async Task Something_silent_on_Ollamas_port_is_soon_given_up()
    {
        await using var server = RawServer.Start(exchange => exchange.UntilClientLeavesAsync());
        var ollama = ModelProviders.Discover(new() { OllamaUrl = $"{server.Url}v1" })[0];

        Assert.Empty(await ollama.ListAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("", null, "Turnpike:Providers:0:Name is missing")]
    [InlineData("a/b", null, "Turnpike:Providers:0:Name may hold")]
    [InlineData("prompt", null, "may not be \"prompt\"")]
    [InlineData("box", "localhost:8080", "Turnpike:Providers:0:BaseUrl \"localhost:8080\" is not an http")]
    public void A_wrong_entry_is_named_by_its_key(string name, string? url, string message)
    {
        var settings = new ProviderSettings();
        settings.Providers.Add(new() { Name = name, BaseUrl = url });

        Assert.Contains(message, Assert.Throws<ValidationException>(() => ModelProviders.Discover(settings)).Message);
    }

    [Fact]
    public async Task How_long_a_connection_may_take_is_a_setting()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0); // it answers nobody; once its queue is full, not even that somebody is there
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToArray();
        foreach (var socket in waiting) _ = socket.ConnectAsync(deaf.LocalEndPoint!, TestContext.Current.CancellationToken).AsTask().ContinueWith(done => done.Exception, TaskScheduler.Default);
        var settings = new ProviderSettings { OllamaUrl = null, OpenAIBaseUrl = $"http://{deaf.LocalEndPoint}/v1", Connect = TimeSpan.FromMilliseconds(200) };
        var openai = ModelProviders.Discover(settings)[0];

        var error = await Assert.ThrowsAsync<TurnException>(async () => await openai.Client("gpt").GetResponseAsync("Hi", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(TurnErrorCode.ProviderUnreachable, error.Code);
        Assert.Contains("no connection within 0.2 s", error.Message);
        foreach (var socket in waiting) socket.Dispose();
        settings.Connect = TimeSpan.Zero;
        Assert.StartsWith("Turnpike:Connect is 00:00:00; it must be from 1 ms to an hour", Assert.Throws<ValidationException>(() => ModelProviders.Discover(settings)).Message);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var settings = From(new() { ["OPENAI_BASE_URL"] = "nowhere" });
        settings.Providers.Add(new() { Name = "box" });
        settings.Providers.Add(new() { Name = "Box" });

        var message = Assert.Throws<ValidationException>(() => ModelProviders.Discover(settings)).Message;

        Assert.Contains("Turnpike:Providers:1:Name \"Box\" is taken", message);
        Assert.Contains("OPENAI_BASE_URL \"nowhere\"", message);
    }

    private static ProviderSettings From(Dictionary<string, string> environment) => new ProviderSettings { OllamaUrl = null }.WithEnvironment(environment.GetValueOrDefault);

    private static IEnumerable<string> Names(ProviderSettings settings) => ModelProviders.Discover(settings).Select(provider => provider.Name);
}
