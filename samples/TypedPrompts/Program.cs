using Microsoft.Extensions.DependencyInjection;
using Turnpike;
using Turnpike.Pipeline;
using Turnpike.Providers.Echo;
using Turnpike.Turns.Events;
using TypedPrompts.Prompts;

var services = new ServiceCollection();
services.AddTurnpike().AddModels(new EchoProvider());
await using var provider = services.BuildServiceProvider();

var guide = new GuidePrompt { City = "Oslo", Tone = GuidePrompt.ToneOption.Brief };
await foreach (var happened in provider.GetRequiredService<TurnRunner>().RunAsync(guide, "What shall I see first?"))
    if (happened is TextDelta text) Console.Write(text.Text);
