using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>The real server on a free loopback port, with a scripted model <c>test/model</c> and a data folder of its own.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly string _folder = TestFolder.New();
    private readonly Factory _factory;

    public RunningServer(Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings)
    {
        _factory = new(_folder, settings, services =>
        {
            services.AddSingleton(new HostModel("test/model", Model));
            services.Configure<ModelCatalogOptions>(options => options.Model = "test/model");
            configure?.Invoke(services);
        });
        _factory.UseKestrel(); // with a port the factory would write it into the addresses while the program may already be starting
        Client = _factory.CreateClient();
    }

    public ScriptedModel Model { get; } = new();

    public HttpClient Client { get; }

    public T Get<T>() where T : notnull => _factory.Services.GetRequiredService<T>();

    public Task<HttpResponseMessage> PostAsync(string path, object body) => Client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);

    /// <summary>Posts as <c>curl -d</c> does: no JSON content type.</summary>
    public Task<HttpResponseMessage> CurlAsync(string path, string body) => Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded"), TestContext.Current.CancellationToken);

    /// <summary>Submits a turn and comes back when it is saved: its id.</summary>
    public async Task<string> SubmitAsync(string body = """{"content":"Hi"}""")
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/turns", body, ("Prefer", "respond-async"));
        Assert.Equal(202, (int)response.StatusCode);
        return response.Headers.GetValues("Turnpike-Turn").Single();
    }

    /// <summary>Sends a request with these headers and comes back with the head of the answer.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    public async Task<JsonElement> GetJsonAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    /// <summary>Runs a turn and answers it as kept.</summary>
    public async Task<JsonElement> TurnAsync(object body)
    {
        var response = await PostAsync("/api/turns", body);
        Assert.Equal(200, (int)response.StatusCode);
        return await JsonAsync(response);
    }

    /// <summary>The status and the code of a refused request.</summary>
    public async Task<(int Status, string? Code, string? Detail, JsonElement Body)> RefusedAsync(Task<HttpResponseMessage> sent)
    {
        using var response = await sent;
        var body = await JsonAsync(response);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return ((int)response.StatusCode, body.GetProperty("code").GetString(), body.GetProperty("detail").GetString(), body);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Factory(string data, (string Key, string Value)[] settings, Action<IServiceCollection> configure) : WebApplicationFactory<Turnpike.Server.Hosting.ServerOptions>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("urls", "http://127.0.0.1:0");
            builder.UseSetting("TURNPIKE_DATA", data);
            builder.UseSetting("Turnpike:OllamaUrl", "");
            builder.UseSetting("OPENAI_API_KEY", "");
            builder.UseSetting("OPENAI_BASE_URL", "");
            builder.UseSetting("ANTHROPIC_API_KEY", "");
            foreach (var (key, value) in settings) builder.UseSetting(key, value);
            builder.ConfigureLogging(logging => logging.ClearProviders());
            builder.ConfigureServices(configure);
        }
    }
}
