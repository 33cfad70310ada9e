namespace Turnpike.Storage.Sql;

/// <summary>The table of requests to providers.</summary>
internal static class AttemptSql
{
    public const string Insert = """
        INSERT INTO attempts (turn, number, step, attempt, model, provider_request_id, status, input_tokens, cached_tokens, output_tokens, reasoning_tokens, estimated, cost, currency, error, milliseconds, time_to_first_token)
        VALUES (@turn, @number, @step, @attempt, @model, @request, @status, @input, @cached, @output, @reasoning, @estimated, @cost, @currency, @error, @milliseconds, @firstToken)
        """;
}
