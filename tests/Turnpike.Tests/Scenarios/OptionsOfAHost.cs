using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Turnpike.Models;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Tools;

namespace Turnpike.Tests.Scenarios;

/// <summary>What a host sets is checked before a turn runs with it.</summary>
public sealed class OptionsOfAHost
{
    private static async Task<string> FaultAsync(Action<IServiceCollection> configure)
    {
        await using var road = new Road(builder => configure(builder.Services));
        return Assert.Single(Assert.Throws<OptionsValidationException>(() => road.Runner).Failures);
    }

    [Fact]
    public async Task A_value_out_of_range_is_told_by_the_name_of_its_member()
    {
        Assert.Equal("ToolOptions.Parallel is \"0\". The field Parallel must be between 1 and 64.", await FaultAsync(services => services.Configure<ToolOptions>(options => options.Parallel = 0)));
        Assert.Equal("ModelOptions.Attempts is \"0\". The field Attempts must be between 1 and 10.", await FaultAsync(services => services.Configure<ModelOptions>(options => options.Attempts = 0)));
        Assert.StartsWith("RunnerOptions.Drain is \"-01:00:00\". ", await FaultAsync(services => services.Configure<RunnerOptions>(options => options.Drain = TimeSpan.FromHours(-1))), StringComparison.Ordinal);
        Assert.Equal("ToolOptions.Timeouts:slow. It must be between 1 ms and a day.", await FaultAsync(services => services.Configure<ToolOptions>(options => options.Timeouts["slow"] = TimeSpan.Zero)));
    }

    [Fact]
    public void What_is_made_in_memory_may_be_disposed_without_waiting()
    {
        var services = new ServiceCollection();
        services.AddTurnpike();
        using var provider = services.BuildServiceProvider();
        Assert.Empty(provider.GetRequiredService<TurnRunner>().Running);
    }

    [Fact]
    public void Nothing_is_no_model_and_no_tool()
    {
        var builder = new ServiceCollection().AddTurnpike();
        Assert.Throws<ArgumentNullException>("client", () => builder.AddModel("mine/small", null!));
        Assert.Throws<ArgumentNullException>("id", () => builder.AddModel(null!, new ScriptedModel()));
        Assert.Throws<ArgumentNullException>("function", () => builder.AddTool((AIFunction)null!));
        Assert.Throws<ArgumentNullException>("method", () => builder.AddTool((Delegate)null!));
    }
}
