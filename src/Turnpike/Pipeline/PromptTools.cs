using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Prompts;
using Turnpike.Prompts.Tools;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Pipeline;

/// <summary>Stored prompts as tools: <c>run_</c> and the key. A call is a turn of its own, in a conversation of its own; such turns may call such tools a few deep.</summary>
internal sealed class PromptTools(IPromptStore prompts) : IToolSource
{
    private const int Deepest = 3;
    private const int MostPrompts = 1000;
    private static readonly AsyncLocal<int> Depth = new();
    private readonly PromptToolList _list = new(prompts, MostPrompts);
    private readonly ConditionalWeakTable<IReadOnlyList<PromptTool>, AIFunction[]> _functions = [];

    public string Name => "prompts";

    public bool OnlyByName => true;

    public async ValueTask<IReadOnlyList<AIFunction>> ListAsync(CancellationToken cancellationToken) =>
        _functions.GetValue(await _list.ReadAsync(cancellationToken), static list => [.. list.Select(tool => new PromptFunction(tool))]);

    private sealed class PromptFunction(PromptTool tool) : AIFunction
    {
        public override string Name => tool.Name;
        public override string Description => tool.Description;
        public override JsonElement JsonSchema => tool.Schema;

        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            if (Depth.Value >= Deepest) throw new InvalidOperationException($"prompts that run prompts may be {Deepest} deep; this one would be deeper.");
            var runner = arguments.Services!.GetRequiredService<TurnRunner>();
            var request = Request(arguments.ToDictionary(pair => pair.Key, pair => Turns.Json.ToolValues.Element(pair.Value)), CallingTurn.Of(arguments));
            Depth.Value++; // flows into the turn that is started, and no further than this call
            var started = await runner.StartAsync(request, cancellationToken);
            try
            {
                var turn = await runner.WaitAsync(started.Turn.Id, cancellationToken);
                return turn.Status == TurnStatus.Completed ? turn.Answer : throw new InvalidOperationException(turn.Error?.Message ?? $"its turn \"{turn.Id}\" ended as {turn.Status.ToString().ToLowerInvariant()}.");
            }
            catch (OperationCanceledException)
            {
                await runner.CancelAsync(started.Turn.Id, CancellationToken.None);
                throw;
            }
        }

        /// <summary>The turn is for whom the calling one is, and as little of it stays. A conversation that is gone on with keeps its own project.</summary>
        private TurnRequest Request(Dictionary<string, JsonElement> arguments, CallingTurn? caller)
        {
            var input = tool.TakeTyped(arguments);
            var conversation = !tool.HasOwnConversation && arguments.Remove(PromptTool.Conversation, out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
            return new()
            {
                Prompt = new PromptReference { Id = tool.Prompt.Key },
                Content = input,
                Conversation = conversation,
                Variables = arguments,
                OnAsk = ToolDecision.Deny,
                Triggers = TriggerReading.Off,
                User = caller?.User,
                Organization = caller?.Organization,
                Project = conversation is null ? caller?.Project : null,
                TimeZone = caller?.TimeZone,
                Store = caller is { IsForgotten: true } ? false : null,
            };
        }
    }
}
