using Turnpike.Server.Http;
using Turnpike.Turns;

namespace Turnpike.Hosts.Tests.Server;

public sealed class ErrorStatuses
{
    [Fact]
    public void Every_code_has_the_status_that_the_contract_gives_it()
    {
        var contract = new Dictionary<int, string>
        {
            [400] = "request_invalid",
            [401] = "unauthorized",
            [403] = "forbidden",
            [404] = "prompt_not_found conversation_not_found turn_not_found file_not_found project_not_found model_unknown",
            [409] = "conversation_busy idempotency_conflict",
            [412] = "version_conflict",
            [413] = "request_too_large",
            [422] = "trigger_unknown trigger_invalid rejected content_missing variable_missing variable_invalid variable_undefined template_invalid template_limit rule_not_found tool_unknown resource_not_found resource_failed resource_unsupported resource_too_large parameter_unknown parameter_invalid context_length_exceeded",
            [429] = "budget_exceeded rate_limited",
            [500] = "internal_error",
            [502] = "provider_unauthorized provider_rate_limited provider_refused provider_error provider_unreachable provider_stream_broken",
            [503] = "storage_unavailable shutting_down",
            [504] = "timeout",
        };
        var statuses = contract.SelectMany(row => row.Value.Split(' ').Select(code => (code, row.Key))).ToDictionary();
        Assert.Equal(statuses, Enum.GetValues<TurnErrorCode>().ToDictionary(code => code.Text(), ErrorTable.Status));
    }
}
