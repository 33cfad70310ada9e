using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Turnpike.Conversations;
using Turnpike.Middleware.Hooks;
using Turnpike.Models;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Providers;
using Turnpike.Providers.Mcp;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Server.Access;
using Turnpike.Server.Access.Oidc;
using Turnpike.Server.Api;
using Turnpike.Server.Compatible;
using Turnpike.Tools;
using Turnpike.Triggers;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Web;

namespace Turnpike.Server.Hosting;

/// <summary>Puts the server together.</summary>
internal static class ServerSetup
{
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(10);

    /// <exception cref="ValidationException">A setting that the server cannot start with; the message names its key.</exception>
    public static void AddTurnpikeServer(this WebApplicationBuilder builder)
    {
        StandardSettings.AddTo(builder.Configuration);
        ShortNames.AddTo(builder.Configuration);
        ListenAddresses.Check(builder.Configuration);
        builder.Services.AddHostedService<OpenDoors>();
        var data = builder.Configuration["Turnpike:Data"]!;
        builder.Services.AddHostedService<TelemetryExport>(); // before the road with its runner, so that it is stopped after it
        builder.AddRoad(data);
        builder.Services.AddToolServers();
        builder.AddOptions(data);
        builder.CheckSettings();
        builder.Services.AddSingleton<ConversationVariables>();
        builder.Services.AddSingleton<ImportGate>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<TokenDesk>();
        builder.Services.AddSingleton<Gatekeeper>();
        builder.Services.AddSingleton<Compatible.GivenFiles>();
        builder.Services.AddSingleton<Compatible.EarlierTurns>();
        builder.Services.AddSingleton<Compatible.OpenAI.ConversationItems>();
        builder.Services.AddSingleton<Compatible.OpenAI.ItemMedia>();
        builder.Services.AddSingleton<Compatible.OpenAI.ItemReferences>();
        builder.Services.AddSingleton<Compatible.OpenAI.ListedPrompts>();
        builder.Services.AddSingleton<Compatible.OpenAI.LabelledTools>();
        builder.Services.AddSingleton<Compatible.Chat.UiTurns>();
        builder.Services.AddSingleton<Compatible.AgUi.AgUiRuns>();
        builder.Services.AddSingleton<Compatible.OpenAI.ResponseRequests>();
        builder.Services.AddSingleton<Compatible.OpenAI.ReasoningSeal>();
        builder.Services.AddCors();
        builder.Services.AddOpenApi(DescriptionApi.Document, OpenApiSetup.Configure);
        builder.Services.ConfigureHttpJsonOptions(json => // what the OpenAPI document tells of JSON
        {
            json.SerializerOptions.NumberHandling = default;
            foreach (var converter in TurnpikeJson.Relaxed.Options.Converters) json.SerializerOptions.Converters.Add(converter);
        });
        builder.Services.AddMcpServing();
        builder.Services.AddHostedService<ToolServerHost>();
        builder.Services.AddHostedService<LostKeys>();
        builder.Services.AddHostedService<ModelLists>();
        builder.Services.AddHostedService<Greeting>();
    }

    private static void AddOptions(this WebApplicationBuilder builder, string data)
    {
        builder.Bind<ServerOptions>("Turnpike");
        builder.Bind<ModelCatalogOptions>("Turnpike").PostConfigure(models => ModelsFile.AddTo(Path.GetFullPath(data), models.Models));
        builder.Bind<OidcOptions>("Turnpike:Oidc").PostConfigure(oidc => oidc.ReadNames(builder.Configuration.GetSection("Turnpike:Oidc")));
        builder.BindTurns("Turnpike:Turns");
        builder.Bind<ResourceOptions>("Turnpike:Resources");
        builder.Bind<WebAccessOptions>("Turnpike:Web");
        builder.Bind<UploadOptions>("Turnpike:Files");
        builder.Bind<TriggerOptions>("Turnpike:Triggers");
        builder.Bind<ToolOptions>("Turnpike:ToolCalls");
        builder.Bind<ToolGroupOptions>("Turnpike:ToolCalls");
        builder.Bind<McpOptions>("Turnpike");
        builder.Bind<McpServingOptions>("Turnpike:Mcp");
        builder.Bind<RecorderOptions>("Turnpike:ToolCalls");
        builder.Bind<ModelOptions>("Turnpike:ModelCalls");
        builder.Bind<TitleOptions>("Turnpike:Titles");
        builder.Bind<CompactionOptions>("Turnpike:Compaction");
        var runner = builder.Bind<RunnerOptions>("Turnpike:Runner");
        if (string.IsNullOrEmpty(builder.Configuration["Turnpike:Runner:Node"]) && string.IsNullOrEmpty(builder.Configuration.GetConnectionString("Turnpike"))) // one file, usually one server
        {
            builder.Services.AddSingleton(_ => new NodeSeat(Path.GetFullPath(data)));
            runner.PostConfigure<NodeSeat>((options, seat) => options.Node = seat.Name ?? options.Node);
        }
        builder.Bind<FaceOptions>("Turnpike:Compatible");
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<RunnerOptions>>((host, runner) => host.ShutdownTimeout = runner.Value.Drain + ClosingTime);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ServerOptions>>((kestrel, server) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = server.Value.BodyBytes;
            kestrel.Limits.MaxRequestLineSize = 8 << 10;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.MaxRequestHeaderCount = 100;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MinResponseDataRate = null; // a reader may be as slow as it likes: it is served from the log
        });
    }

    private static OptionsBuilder<T> Bind<T>(this WebApplicationBuilder builder, string path) where T : class
    {
        var section = builder.Configuration.GetSection(path);
        builder.Check<T>(section);
        return builder.Services.AddOptions<T>().Bind(section).ValidateOnStart();
    }

    /// <summary>In place of the library's own check, which knows no keys.</summary>
    private static void Check<T>(this WebApplicationBuilder builder, IConfigurationSection section) where T : class =>
        builder.Services.RemoveAll<IValidateOptions<T>>().AddSingleton<IValidateOptions<T>>(new SectionRules<T>(section));

    /// <exception cref="ValidationException">A value that the binder would pass over, or a setting that nobody reads.</exception>
    private static void CheckSettings(this WebApplicationBuilder builder)
    {
        ISectionRules[] rules = [.. builder.Services.Select(service => service.ImplementationInstance).OfType<ISectionRules>()];
        Check(SettingsNames.Faults(builder.Configuration.GetSection("Turnpike"), rules.Select(one => (one.Section.Path["Turnpike".Length..].TrimStart(':'), one.Bound))));
        Check(rules.SelectMany(one => SettingsInLists.Words(one.Section, one.Bound)));
    }

    /// <summary>Parameters are read by their one table, the rest as options are.</summary>
    private static void BindTurns(this WebApplicationBuilder builder, string path)
    {
        const string Parameters = nameof(OpeningOptions.Parameters);
        var section = builder.Configuration.GetSection(path);
        builder.Check<OpeningOptions>(section);
        builder.Services.AddOptions<OpeningOptions>().Configure(options =>
        {
            var others = section.AsEnumerable(makePathsRelative: true).Where(pair => !$"{pair.Key}:".StartsWith(Parameters + ":", StringComparison.OrdinalIgnoreCase));
            new ConfigurationBuilder().AddInMemoryCollection(others).Build().Bind(options);
            options.Parameters = ConfiguredParameters.Read(section.GetSection(Parameters));
        }).ValidateOnStart();
    }

    /// <summary>The stores, the models, and the road between them.</summary>
    private static void AddRoad(this WebApplicationBuilder builder, string data)
    {
        var turnpike = builder.Services.AddTurnpike().AddBuiltInPrompts(services => DatabaseChoice.Add(services, builder.Configuration, data));
        builder.AddHooks(turnpike);
        var providers = new ProviderSettings().WithEnvironment(name => builder.Configuration[name]);
        var section = builder.Configuration.GetSection("Turnpike");
        Check(SettingsInLists.Faults(section, typeof(ProviderSettings)));
        section.Bind(providers);
        foreach (var provider in ModelProviders.Discover(providers)) builder.Services.AddSingleton(provider);
    }

    private static void AddHooks(this WebApplicationBuilder builder, TurnpikeBuilder turnpike)
    {
        foreach (var section in builder.Configuration.GetSection("Turnpike:Hooks").GetChildren())
        {
            var hook = new HookOptions();
            Check(SettingsInLists.Words(section, typeof(HookOptions)));
            section.Bind(hook);
            hook.Check(section.Path);
            turnpike.AddHook(hook);
        }
    }

    /// <exception cref="ValidationException">There are faults.</exception>
    private static void Check(IEnumerable<string> faults)
    {
        if (string.Join('\n', faults) is { Length: > 0 } said) throw new ValidationException(said);
    }
}
