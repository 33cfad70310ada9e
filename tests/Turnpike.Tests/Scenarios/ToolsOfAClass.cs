using System.ComponentModel;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;
using Turnpike.Turns;

namespace Turnpike.Tests.Scenarios;

/// <summary>What the model is told of C# methods: their attributes, else their doc comments.</summary>
public sealed class ToolsOfAClass
{
    /// <summary>Tools with a service of the host.</summary>
    public sealed class Weather(TimeProvider time)
    {
        /// <summary>Tells the weather of a <paramref name="city"/>;
        /// never <see langword="null"/>.</summary>
        /// <param name="city">The city, in English.</param>
        /// <param name="days">How many days, 1 to 7.</param>
        [Tool("forecast")]
        public string Tell(string city, int[]? days = null) => $"{city}: rain at {time.GetUtcNow().Hour}, {days?.Length ?? 0}";

        /// <summary>This is not what the model reads.</summary>
        [Tool(Description = "Names the nearest city.", Idempotent = true)]
        [Description("Nor is this.")]
        public static async Task<string> NearestAsync([Description("Degrees north, -90 to 90.")] double latitude)
        {
            await Task.Yield();
            return latitude > 60 ? "Oslo" : "Rome";
        }

        /// <summary>No tool.</summary>
        public static string Hidden() => "";
    }

    [Fact]
    public async Task Only_marked_methods_are_offered_with_what_their_attributes_and_comments_say()
    {
        await using var road = new Road(builder => builder.AddTools<Weather>());
        road.Model.Calls("forecast", new() { ["city"] = "Oslo" }).Says("Rain.");
        await road.RunAsync(new TurnRequest { Content = "Weather?", Tools = ["forecast", "Nearest"] });

        Assert.Equal(["Nearest", "forecast"], road.Model.Last.Tools);
        var tools = road.Model.Last.Options.Tools!.Cast<AIFunctionDeclaration>().ToArray();
        Assert.Equal(["Names the nearest city.", "Tells the weather of a city; never null."], tools.Select(tool => tool.Description));
        Assert.Equal("""{"type":"object","properties":{"city":{"description":"The city, in English.","type":"string"},"days":{"description":"How many days, 1 to 7.","type":["array","null"],"items":{"type":"integer"},"default":null}},"required":["city"]}""", tools[1].JsonSchema.GetRawText());
        Assert.Equal("Degrees north, -90 to 90.", tools[0].JsonSchema.GetProperty("properties").GetProperty("latitude").GetProperty("description").GetString());
        Assert.Equal($"tool: [result Oslo: rain at {road.Clock.GetUtcNow().Hour}, 0]", road.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task A_method_that_is_added_by_itself_is_described_by_its_comment_as_well()
    {
        await using var road = new Road(builder => builder.AddTool(new Weather(TimeProvider.System).Tell, "tell"));
        road.Model.Says("Fine.");
        await road.RunAsync(new TurnRequest { Content = "Weather?", Tools = ["tell"] });
        Assert.Equal("Tells the weather of a city; never null.", road.Model.Last.Options.Tools!.Single().Description);
    }

    /// <summary>Tools that count who is disposed.</summary>
    public sealed class Counting(ScopedThing? thing = null) : IDisposable
    {
        public static readonly AsyncLocal<List<string>> Seen = new();

        private bool _isDisposed;

        /// <summary>Counts.</summary>
        [Tool("count")]
        public string Count()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Seen.Value!.Add($"call{(thing is null ? "" : $" with {thing.Number}")}");
            return "counted";
        }

        public void Dispose()
        {
            _isDisposed = true;
            Seen.Value!.Add("disposed");
        }
    }

    /// <summary>Something of one call.</summary>
    public sealed class ScopedThing(List<ScopedThing> all) : IDisposable
    {
        public int Number { get; } = all.Count;

        public bool IsDisposed { get; private set; }

        public ScopedThing Kept()
        {
            all.Add(this);
            return this;
        }

        public void Dispose() => IsDisposed = true;
    }

    [Theory]
    [InlineData(ServiceLifetime.Singleton, "call,call")]
    [InlineData(ServiceLifetime.Transient, "call,disposed,call,disposed")]
    [InlineData(null, "call,disposed,call,disposed")] // made for the call
    public async Task The_object_of_the_tools_is_disposed_by_whoever_made_it(ServiceLifetime? lifetime, string expected)
    {
        var seen = Counting.Seen.Value = [];
        await using (var road = new Road(builder =>
        {
            builder.AddTools<Counting>();
            if (lifetime is { } said) builder.Services.Add(new(typeof(Counting), _ => new Counting(), said));
        }))
        {
            road.Model.Calls("count").Calls("count", id: "call_2").Says("Two.");
            await road.RunAsync(new TurnRequest { Content = "Count twice", Tools = ["count"] });
            Assert.Equal(["[result counted]", "[result counted]"], road.Model.Last.Transcript.Where(line => line.StartsWith("tool: ", StringComparison.Ordinal)).Select(line => line[6..]));
            Assert.Equal(expected.Split(','), seen);
        }
    }

    [Fact]
    public async Task Each_call_has_scoped_services_of_its_own_which_last_as_long_as_it()
    {
        var things = new List<ScopedThing>();
        Counting.Seen.Value = [];
        await using var road = new Road(builder =>
        {
            builder.Services.AddScoped(_ => new ScopedThing(things).Kept());
            builder.AddTools<Counting>();
        });
        road.Model.Calls("count").Calls("count", id: "call_2").Says("Two.");
        await road.RunAsync(new TurnRequest { Content = "Count twice", Tools = ["count"] });
        Assert.Equal(2, things.Count);
        Assert.All(things, thing => Assert.True(thing.IsDisposed));
        Assert.Equal(things.SelectMany(thing => (string[])[$"call with {thing.Number}", "disposed"]), Counting.Seen.Value);
    }

    [Fact]
    public async Task A_call_that_is_too_slow_keeps_its_services_until_it_ends()
    {
        var (things, end, after) = (new List<ScopedThing>(), new TaskCompletionSource(), new TaskCompletionSource<bool>());
        await using var road = new Road(builder =>
        {
            builder.Services.AddScoped(_ => new ScopedThing(things).Kept());
            builder.Services.Configure<ToolOptions>(options => options.Timeout = TimeSpan.FromMilliseconds(30));
            builder.AddTool(async (IServiceProvider services) =>
            {
                var thing = services.GetRequiredService<ScopedThing>();
                await end.Task;
                after.SetResult(thing.IsDisposed);
                return "late";
            }, "slow");
        });
        road.Model.Calls("slow").Says("Too slow.");
        await road.RunAsync(new TurnRequest { Content = "Go", Tools = ["slow"] });
        Assert.Contains("did not answer within", road.Model.Last.Transcript[^1], StringComparison.Ordinal);
        end.SetResult();
        Assert.False(await after.Task);
    }

    [Fact]
    public void A_class_without_tools_is_refused_with_what_is_missing()
    {
        var error = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddTurnpike().AddTools<ToolsOfAClass>());
        Assert.Contains("[Tool]", error.Message, StringComparison.Ordinal);
    }
}
