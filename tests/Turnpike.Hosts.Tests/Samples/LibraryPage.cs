using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Middleware;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Providers.Anthropic;
using Turnpike.Providers.Echo;
using Turnpike.Providers.OpenAICompatible;
using Turnpike.Storage;
using Turnpike.Tests.Architecture;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Samples;

/// <summary>The page for hosts of one's own: its pieces of code are those between the marks in this file, and they run.</summary>
public sealed partial class LibraryPage : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200);
    private readonly string _folder = TestFolder.New();
    private readonly ScriptedModel _model = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_page_shows_exactly_this_code()
    {
        var source = Repository.Read("tests", "Turnpike.Hosts.Tests", "Samples", "LibraryPage.cs");
        var pieces = Piece().Matches(source).Select(piece => string.Join('\n', piece.Groups["code"].Value.Split('\n').Select(line => line.StartsWith(piece.Groups["indent"].Value, StringComparison.Ordinal) ? line[piece.Groups["indent"].Length..] : line)));
        var shown = Shown().Matches(Repository.Read("docs", "library.md")).Select(piece => piece.Groups["code"].Value);
        Assert.Equal(pieces, shown);
    }

    [GeneratedRegex(@"(?<=\n)(?<indent> +)// begin\n(?<code>.*?)(?<=\n) +// end\n", RegexOptions.Singleline)]
    private static partial Regex Piece();

    [GeneratedRegex("(?<=\n)```csharp\n(?<code>.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Shown();

    [Fact]
    public async Task A_host_keeps_a_prompt_and_runs_it_with_its_own_middleware_variables_and_tools()
    {
        using var host = await StartedAsync(Host.CreateApplicationBuilder(), Path.Combine(_folder, "turnpike.db"), "sk-1", "sk-2");
        await SaveTwiceAsync(host);
        var turn = await RunAsync(host);
        Assert.Contains("We have 3 lamps.", turn.Answer, StringComparison.Ordinal);
        Assert.Contains("My card is [card]", turn.Answer, StringComparison.Ordinal);
        Assert.Equal(["next_meeting", "reserve"], turn.Tools.Order(StringComparer.Ordinal));
        await host.StopAsync(Stop);
    }

    private static async Task<IHost> StartedAsync(HostApplicationBuilder builder, string database, string openAIKey, string anthropicKey)
    {
        // begin
        builder.Services.AddTurnpikeSqlite(database);
        builder.Services.AddTurnpike()
            .AddModels(new OpenAICompatibleProvider(new() { Name = "openai", Key = openAIKey }))
            .AddModels(new OpenAICompatibleProvider(new() { Name = "local", BaseUrl = new("http://127.0.0.1:11434/v1") }))
            .AddModels(new AnthropicProvider(new() { Key = anthropicKey }))
            .AddModels(new EchoProvider())
            .AddMiddleware<Redactor>()
            .AddVariables<Stock>()
            .AddTools<Warehouse>()
            .AddTools(new Calendars())
            .UseModel("builtin/echo");
        var host = builder.Build();
        await host.StartAsync();
        // end
        return host;
    }

    private static async Task SaveTwiceAsync(IHost host)
    {
        // begin
        var keeper = host.Services.GetRequiredService<PromptKeeper>();
        var prompts = host.Services.GetRequiredService<IPromptStore>();
        var newest = await prompts.FindAsync("shop/clerk", version: null, default);
        var clerk = await keeper.SaveAsync(new Prompt
        {
            Key = "shop/clerk",
            Body = """{{role "system"}}You sell lamps. We have {{stock}} lamps. Be {{tone}}.""",
            Variables = [new() { Name = "stock" }, new() { Name = "tone", Default = JsonSerializer.SerializeToElement("brief") }],
            Tools = ["reserve", "next_meeting"],
        }, newest?.Version, default);
        await prompts.LabelAsync("shop/clerk", "production", clerk.Version, default);
        // end
        Assert.Equal(1, clerk.Version);
        Assert.Equal(2, (await keeper.SaveAsync(clerk with { Body = "You sell {{tone}} lamps." }, clerk.Version, Stop)).Version);
    }

    private static async Task<Turn> RunAsync(IHost host)
    {
        // begin
        var runner = host.Services.GetRequiredService<TurnRunner>();
        var started = await runner.StartAsync(new() { Prompt = "shop/clerk@production", Content = "My card is 4111 1111 1111 1111. One lamp!" }, default);
        await foreach (var events in runner.SubscribeAsync(started.Turn.Id, after: 0, default))
        {
            foreach (var text in events.OfType<TextDelta>()) Console.Write(text.Text);
        }
        var turn = await runner.WaitAsync(started.Turn.Id, default);
        // end
        return turn;
    }

    // begin
    public sealed partial class Redactor : ITurnMiddleware
    {
        public ValueTask InvokeAsync(TurnDraft draft, CancellationToken cancellationToken)
        {
            draft.SetContent(Card().Replace(draft.Content, "[card]"));
            if (draft.Content.Contains("password", StringComparison.OrdinalIgnoreCase)) draft.Refuse("passwords do not go to models");
            return ValueTask.CompletedTask;
        }

        [GeneratedRegex(@"\b(?:\d[ -]?){13,19}\b")]
        private static partial Regex Card();
    }
    // end

    // begin
    public sealed class Stock : IVariableProvider
    {
        public IReadOnlyCollection<string> Names => ["stock"];

        public ValueTask<JsonElement?> GetAsync(string name, VariableContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult<JsonElement?>(JsonSerializer.SerializeToElement(3));
    }
    // end

    // begin
    public sealed class Warehouse(TimeProvider time)
    {
        /// <summary>Reserves lamps until the evening.</summary>
        /// <param name="count">How many, 1 to 10.</param>
        [Tool("reserve")]
        public string Reserve(int count) => $"{count} reserved on {time.GetUtcNow():yyyy-MM-dd}";
    }
    // end

    // begin
    public sealed class Calendars : IToolSource
    {
        private readonly AIFunction[] _tools = [AIFunctionFactory.Create(() => "Monday, 10:00", "next_meeting", "Tells when the next meeting is.")];

        public string Name => "calendars";

        public ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<AIFunction>>(_tools);
    }
    // end

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // without a generic host
    public async Task A_turn_that_a_host_left_behind_ends_when_the_next_one_only_reads(bool isHost)
    {
        var (file, spoke) = (Path.Combine(_folder, "turnpike.db"), new TaskCompletionSource());
        _model.Answers((_, stop) => HalfAsync(spoke, stop));
        await using var killed = Services(file, Often).BuildServiceProvider();
        var runner = killed.GetRequiredService<TurnRunner>();
        killed.GetRequiredService<Microsoft.Extensions.Options.IOptions<RunnerOptions>>().Value.RenewEvery = TimeSpan.FromMinutes(9); // it is gone: nobody renews the lease of its turn
        var turn = (await runner.StartAsync(new() { Content = "Hi" }, Stop)).Turn.Id;
        await spoke.Task;

        if (isHost)
        {
            var builder = Host.CreateApplicationBuilder();
            foreach (var service in Services(file, Often)) builder.Services.Add(service);
            using var host = builder.Build();
            await host.StartAsync(Stop);
            await EndsAsync(host.Services);
            await host.StopAsync(Stop);
        }
        else
        {
            await using var services = Services(file, Often).BuildServiceProvider();
            await EndsAsync(services);
        }

        async Task EndsAsync(IServiceProvider services)
        {
            var ended = await services.GetRequiredService<TurnRunner>().WaitAsync(turn, Stop);
            Assert.Equal((TurnStatus.Interrupted, "Half an"), (ended.Status, ended.Answer));
            Assert.True(ended.Usage is { InputTokens: > 0, OutputTokens: > 0, Estimated: true });
        }
    }

    private ServiceCollection Services(string file, TimeSpan renewEvery)
    {
        var services = new ServiceCollection();
        services.AddTurnpikeSqlite(file);
        services.AddTurnpike().AddModel("test/model", _model).UseModel("test/model");
        services.Configure<RunnerOptions>(options => (options.RenewEvery, options.Lease, options.Drain) = (renewEvery, TimeSpan.FromSeconds(3), TimeSpan.Zero));
        return services;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HalfAsync(TaskCompletionSource spoke, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        yield return new(ChatRole.Assistant, "Half an");
        spoke.TrySetResult();
        await Task.Delay(Timeout.Infinite, stop);
    }
}
