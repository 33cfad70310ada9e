using System.Text.Json;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>Answering tool calls that wait for somebody outside.</summary>
internal static class AnswersApi
{
    public static void MapAnswers(this WebApplication app)
    {
        var turns = app.MapGroup("/api/turns").WithTags("Turns").RequireScope(Scopes.Turns);
        turns.MapPost("{id}/approvals/{callId}", ApproveAsync).SendsTurn().Describe("approveCall", "Approve or refuse a tool call", "The turn goes on when all its open calls are answered. The same answer again changes nothing; another one is refused.").Takes<ApprovalAnswer>().Answers<Turn>(202);
        turns.MapPost("{id}/tool-results", ResultsAsync).SendsTurn().Describe("answerCalls", "Bring results of tool calls", "For calls that the client executes: {callId, output, isError?}, a list of them, or {results: [...]}. Approvals may stand among them.").Takes<CallAnswer>().TakesShape(OpenApiShapes.Results).Answers<Turn>(202);
    }

    private static async Task ApproveAsync(HttpContext http, string id, string callId, TurnRunner runner)
    {
        var answer = await Body.ReadAsync(http, ServerJson.Relaxed.ApprovalAnswer);
        await AnswerAsync(http, runner, id, [new() { CallId = callId, Approved = answer.Approved, Reason = answer.Reason }]);
    }

    private static async Task ResultsAsync(HttpContext http, string id, TurnRunner runner) => await AnswerAsync(http, runner, id, await ReadAsync(http));

    private static async Task AnswerAsync(HttpContext http, TurnRunner runner, string id, IReadOnlyList<CallAnswer> answers)
    {
        var turn = await runner.AnswerAsync(id, answers, http.RequestAborted);
        TurnHeaders.Stamp(http, turn);
        await Answer.WriteAsync(http, turn, TurnpikeJson.Relaxed.Turn, 202);
    }

    /// <summary>One answer, a list of them, or an object with a list.</summary>
    private static async ValueTask<IReadOnlyList<CallAnswer>> ReadAsync(HttpContext http)
    {
        var body = (await Body.ReadAsync(http, ServerJson.Relaxed.JsonDocument)).RootElement;
        var isNamed = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("results", out _);
        var list = isNamed ? body.GetProperty("results") : body;
        try
        {
            IReadOnlyList<CallAnswer?> answers = list.ValueKind == JsonValueKind.Array ? list.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.IReadOnlyListCallAnswer))! : [list.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.CallAnswer))];
            if (answers.Count == 0 || answers.Any(answer => answer is null)) throw Invalid("there is none, or one is null");
            return [.. answers.Select(answer => answer!)];
        }
        catch (JsonException error)
        {
            var at = JsonWords.Missing(error) is null ? JsonWords.Field(error) : null;
            var field = at is not null && isNamed ? $"results{(at[0] == '[' ? "" : ".")}{at}" : at;
            throw Invalid(JsonWords.Of(error, TurnpikeJson.Relaxed.Options, field, whole: "it"), field);
        }
    }

    private static TurnException Invalid(string why, string? field = null) => new(TurnErrorCode.RequestInvalid, $"The body must be a result {{\"callId\", \"output\", \"isError\"?}}, a list of them, or {{\"results\": [...]}}: {why}") { Field = field ?? "results" };
}
