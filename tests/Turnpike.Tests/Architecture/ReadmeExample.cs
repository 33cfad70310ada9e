using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Events;

namespace Turnpike.Tests.Architecture;

/// <summary>The example in the README compiles and runs: its lines are those between the marks below.</summary>
public sealed class ReadmeExample
{
    [Fact]
    public async Task The_example_runs_and_its_trigger_reaches_the_model()
    {
        var model = new ScriptedModel().Says("Yes.");
        var said = new StringWriter();
        await RunAsync(model, said);
        Assert.Equal("Yes.", said.ToString());
        Assert.Equal(["weather"], model.Last.Tools);
        Assert.Equal(["user: Do I need an umbrella in Oslo?"], model.Last.Transcript);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("src", "PACKAGES.md")]
    public void The_readme_shows_exactly_this_code(params string[] path)
    {
        var readme = Repository.Read(path);
        var start = readme.IndexOf("```csharp\n", StringComparison.Ordinal) + 10;
        var shown = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
        var source = Repository.Read("tests", "Turnpike.Tests", "Architecture", "ReadmeExample.cs");
        var from = source.IndexOf("// begin\n", StringComparison.Ordinal) + 9;
        var code = string.Concat(source[from..source.IndexOf("        // end", from, StringComparison.Ordinal)].Split('\n').Select(line => (line.StartsWith("        ", StringComparison.Ordinal) ? line[8..] : line) + "\n")).TrimEnd() + "\n";
        Assert.Equal(code, shown);
    }

    private static async Task RunAsync(IChatClient chatClient, TextWriter Console)
    {
        // begin
        var services = new ServiceCollection();
        services.AddTurnpike()
            .AddModel("mine/model", chatClient)              // any Microsoft.Extensions.AI IChatClient
            .UseModel("mine/model")
            .AddTool((string city) => $"Rain in {city}.", "weather", "Tells the weather of a city.");

        await using var provider = services.BuildServiceProvider();
        var runner = provider.GetRequiredService<TurnRunner>();
        await foreach (var happened in runner.RunAsync(new() { Content = "@.tools.activate weather; Do I need an umbrella in Oslo?" }))
            if (happened is TextDelta text) Console.Write(text.Text);
        // end
    }
}
