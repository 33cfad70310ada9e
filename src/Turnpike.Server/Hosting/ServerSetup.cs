using System.Net;
using Turnpike.Models;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Providers;
using Turnpike.Server.Api;
using Turnpike.Storage;
using Turnpike.Tools;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Hosting;

/// <summary>Puts the server together.</summary>
internal static class ServerSetup
{
    public static void AddTurnpikeServer(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Turnpike");
        Bind<ServerOptions>("", options => options.Data = builder.Configuration["TURNPIKE_DATA"] ?? options.Data);
        Bind<ModelCatalogOptions>("");
        Bind<ModelOptions>("ModelCalls");
        Bind<ToolOptions>("ToolCalls");
        Bind<RunnerOptions>("Runner");
        Bind<OpeningOptions>("Turns");

        var data = builder.Configuration["TURNPIKE_DATA"] ?? section["Data"] ?? "data";
        builder.Services.AddTurnpike().AddBuiltInPrompts(services => services.AddTurnpikeSqlite(Path.Combine(Path.GetFullPath(data), "turnpike.db")));
        foreach (var provider in ModelProviders.Discover(ProviderSettingsOf(builder.Configuration))) builder.Services.AddSingleton(provider);
        builder.Services.AddSingleton<ConversationVariables>();
        builder.Services.AddOpenApi("v1", OpenApiSetup.Configure);
        builder.Services.AddHostedService<RunnerHost>();
        builder.Services.AddHostedService<Greeting>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(40));
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = section.GetValue<long?>("BodyBytes") ?? new ServerOptions().BodyBytes;
            kestrel.Limits.MinResponseDataRate = null; // a reader may be as slow as it likes: it is served from the log
        });
        Addresses(builder);

        void Bind<T>(string name, Action<T>? more = null) where T : class
        {
            var options = builder.Services.AddOptions<T>().Bind(name.Length == 0 ? section : section.GetSection(name)).ValidateDataAnnotations().ValidateOnStart();
            if (more is not null) options.Configure(more);
        }
    }

    /// <summary>Without a word about it the server listens on loopback; beyond loopback it does not listen, because there are no keys yet.</summary>
    private static void Addresses(WebApplicationBuilder builder)
    {
        var urls = builder.Configuration["urls"];
        if (string.IsNullOrEmpty(urls)) builder.WebHost.UseUrls(urls = "http://127.0.0.1:5080");
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var host = BindingAddress.Parse(url).Host;
            if (host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))) continue;
            throw new InvalidOperationException($"\"{url}\" would open this server to the network, and it has no keys to tell who may use it. Listen on 127.0.0.1 or localhost, and put a proxy that asks for a password in front of it.");
        }
    }

    private static ProviderSettings ProviderSettingsOf(ConfigurationManager configuration)
    {
        var settings = new ProviderSettings().WithEnvironment(name => configuration[name]);
        configuration.GetSection("Turnpike").Bind(settings);
        return settings;
    }
}
