using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Imports;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;

namespace Turnpike.Tests.Imports;

/// <summary>Keys in the files of others stay behind, however deep they stand, and the report has the path of each.</summary>
public sealed class SecretsOfFiles
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_in_the_configuration_of_a_Langfuse_prompt_are_neither_kept_nor_sent()
    {
        await using var road = new Road();
        var item = await ImportedAsync(road, """
            {"name":"keys","version":1,"prompt":"Go.","config":{"model":"test/model","max_tokens":64,"token_budget":9,"stop_token":"</s>","openai_api_key":"sk-1","x-api-key":"sk-2","client_secret":"sk-3","auth":{"bearer":"sk-4"},
             "tools":[{"name":"t","headers":{"Authorization":"sk-5"}},{"authorization":"sk-6"}],"extra":{"api_key":"sk-7","kept":1},"accessKey":"sk-8","metadata":{"script":"sk-9()"},"providerOptions":{"openai":{"api_key":"sk-10","seed_mode":"a"},"logprobs":true}}}
            """);
        string[] paths = ["openai_api_key", "x-api-key", "client_secret", "auth.bearer", "tools[0].headers", "tools[1].authorization", "extra.api_key", "accessKey", "metadata.script", "providerOptions.openai.api_key"];
        Assert.Equal(paths.Select(path => $"config.{path}").Order(StringComparer.Ordinal), item.Details.Where(detail => detail.Contains(": left out, ", StringComparison.Ordinal)).Select(detail => detail.Split(": ")[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("sk-", string.Concat(item.Details));
        var kept = (await road.Get<IPromptStore>().FindAsync("keys", null, Cancellation))!;
        Assert.DoesNotContain("sk-", JsonSerializer.Serialize(kept, TurnpikeJson.Default.Prompt) + PromptFile.Write(kept));
        Assert.Equal("""{"openai":{"seed_mode":"a"},"logprobs":true}""", kept.Parameters!.ProviderOptions!.ToJsonString());
        Assert.Equal((64, "9", "</s>", "1"), (kept.Parameters.MaxOutputTokens, kept.Metadata!["token_budget"]!.ToString(), kept.Metadata["stop_token"]!.ToString(), kept.Metadata["extra"]!["kept"]!.ToString()));
        await road.RunAsync(new TurnRequest { Prompt = "keys" });
        Assert.DoesNotContain("sk-", JsonSerializer.Serialize(road.Model.Last.Options.AdditionalProperties));
    }

    [Fact]
    public async Task Keys_in_the_options_of_a_Prompty_file_stay_behind()
    {
        await using var road = new Road();
        var item = await ImportedAsync(road, "---\nname: opts\nmodel:\n  id: test/model\n  options:\n    providerOptions: { apiKey: sk-1, seed_mode: a }\n---\nuser:\nGo.\n");
        Assert.Equal("model.options.providerOptions.apiKey: left out, secrets are not imported", Assert.Single(item.Details));
        Assert.Equal("""{"seed_mode":"a"}""", (await road.Get<IPromptStore>().FindAsync("opts", null, Cancellation))!.Parameters!.ProviderOptions!.ToJsonString());
    }

    [Theory]
    [InlineData("config: { temperature: 0.1, apiKey: sk-1 }", "config.apiKey")]
    [InlineData("config: { headers: { Authorization: sk-1 } }", "config.headers")]
    [InlineData("config: { providerOptions: { openai: { api_key: sk-1 } } }", "config.openai.api_key")]
    [InlineData("metadata: { list: [{ client_secret: sk-1 }] }", "metadata.list[0].client_secret")]
    [InlineData("access_token: sk-1", "access_token")]
    public async Task A_prompt_file_with_a_key_is_refused_with_its_path(string yaml, string path)
    {
        await using var road = new Road();
        var refused = await Assert.ThrowsAsync<TurnException>(() => ImportedAsync(road, $"---\nname: one\n{yaml}\n---\nGo."));
        Assert.Equal((TurnErrorCode.RequestInvalid, path), (refused.Code, refused.Field));
        Assert.DoesNotContain("sk-", refused.Message);
        Assert.Null(await road.Get<IPromptStore>().FindAsync("one", null, Cancellation));
    }

    [Fact]
    public async Task A_prompt_file_with_plain_options_is_read()
    {
        await using var road = new Road();
        await ImportedAsync(road, "---\nname: one\nmodel: test/model\nconfig: { max_tokens: 5, logprobs: true, token_budget: 7, max_token: 3, stop_token: x, prompt_cache_key: k }\nmetadata: { secret: false }\n---\nGo.");
        Assert.Equal(["logprobs", "token_budget", "max_token", "stop_token"], (await road.Get<IPromptStore>().FindAsync("one", null, Cancellation))!.Parameters!.ProviderOptions!.Select(option => option.Key).Where(key => key != "prompt_cache_key"));
    }

    [Fact]
    public async Task Keys_among_the_values_of_an_AI_Matrx_run_do_not_become_variables()
    {
        await using var road = new Road();
        using var run = JsonDocument.Parse("""{"id":"r1","source_type":"prompt","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Yo"}],"variable_values":{"api_key":"sk-1","city":"Oslo","tool":{"headers":{"a":"sk-2"},"n":1}}}""");
        var item = Assert.Single((await road.Get<ConversationImport>().RunAsync(run.RootElement, dryRun: false, null, Cancellation)).Items);
        Assert.Contains("variable_values.api_key: left out, secrets are not imported", item.Details);
        Assert.Contains("variable_values.tool.headers: left out, secrets are not imported", item.Details);
        var kept = await road.Get<Turnpike.Turns.Stores.IConversationStore>().FindAsync(item.Id!, Cancellation);
        Assert.Equal(["city \"Oslo\"", "tool {\"n\":1}"], kept!.Variables.Select(value => $"{value.Key} {value.Value.GetRawText()}"));
    }

    [Fact]
    public async Task Keys_in_our_own_form_stay_behind()
    {
        await using var road = new Road();
        var item = await ImportedAsync(road, """{"key":"own","model":"test/model","messages":[{"role":"user","content":"Go."}],"parameters":{"providerOptions":{"headers":{"Authorization":"sk-1"},"openai":{"api_key":"sk-2"},"seed_mode":"a"}},"metadata":{"list":[{"client_secret":"sk-3"}],"code":"A1"}}""");
        Assert.Equal(["parameters.providerOptions.headers", "parameters.providerOptions.openai.api_key", "metadata.list[0].client_secret"], item.Details.Select(detail => detail.Split(": ")[0]));
        var kept = (await road.Get<IPromptStore>().FindAsync("own", null, Cancellation))!;
        Assert.Equal(("""{"openai":{},"seed_mode":"a"}""", """{"list":[{}],"code":"A1"}"""), (kept.Parameters!.ProviderOptions!.ToJsonString(), kept.Metadata!.ToJsonString()));
        await road.RunAsync(new TurnRequest { Prompt = "own" });
        Assert.DoesNotContain("sk-", JsonSerializer.Serialize(road.Model.Last.Options.AdditionalProperties));
    }

    [Theory]
    [InlineData("""{"key":"one","messages":[{"role":"user","content":"{{api_key}} {{headers}}"}],"variables":[{"name":"api_key","default":"sk-1"},{"name":"headers","default":"Name, Age"}]}""")]
    [InlineData("""{"id":"pmpt_1","name":"one","messages":[{"role":"user","content":"{{api_key}} {{headers}}"}],"variables":{"api_key":"sk-1","headers":"Name, Age"}}""")]
    [InlineData("""{"id":"m","name":"one","settings":{},"messages":[{"role":"user","content":"{{api_key}} {{headers}}"}],"variable_defaults":[{"name":"api_key","defaultValue":"sk-1"},{"name":"headers","defaultValue":"Name, Age"}]}""")]
    [InlineData("---\nname: one\ninputs: { api_key: { type: string, default: sk-1 }, headers: { type: string, default: 'Name, Age' } }\n---\nuser:\n{{api_key}} {{headers}}\n")]
    [InlineData("---\nname: one\ninput:\n  schema: { api_key?: string, headers?: string }\n  default: { api_key: sk-1, headers: 'Name, Age' }\n---\n{{api_key}} {{headers}}\n")]
    public async Task The_default_of_a_variable_that_is_named_like_a_key_stays_behind(string file)
    {
        await using var road = new Road();
        var item = Assert.Single((await road.Get<PromptImporter>().ImportAsync(file, new() { Key = "one" }, Cancellation)).Items);
        Assert.Equal("variable api_key: its default is left out, secrets are not imported", Assert.Single(item.Details));
        var kept = (await road.Get<IPromptStore>().FindAsync("one", null, Cancellation))!;
        Assert.DoesNotContain("sk-", JsonSerializer.Serialize(kept, TurnpikeJson.Default.Prompt) + PromptFile.Write(kept));
        Assert.Equal("Name, Age", kept.Variables.Single(variable => variable.Name == "headers").Default!.Value.GetString());
    }

    [Fact]
    public async Task The_names_of_properties_in_a_schema_are_no_secrets_and_their_values_may_be()
    {
        await using var road = new Road();
        var item = await ImportedAsync(road, """{"name":"schema","version":1,"prompt":"Go.","config":{"tools":[{"type":"function","function":{"name":"t","parameters":{"type":"object","required":["code"],"properties":{"code":{"type":"string","default":"A1"},"password":{"type":"string","default":"sk-1","minLength":8},"auth":{"type":"object","properties":{"api_key":{"anyOf":[{"const":"sk-2"},{"type":"null"}]}}},"secret":{"type":"boolean","default":true}}},"headers":{"Authorization":"sk-3"}}}]}}""");
        const string At = "config.tools[0].function.";
        Assert.Equal([At + "headers", At + "parameters.properties.auth.properties.api_key.anyOf[0].const", At + "parameters.properties.password.default"], item.Details.Where(detail => detail.Contains("left out", StringComparison.Ordinal)).Select(detail => detail.Split(": ")[0]).Order(StringComparer.Ordinal));
        Assert.Equal("""{"type":"object","required":["code"],"properties":{"code":{"type":"string","default":"A1"},"password":{"type":"string","minLength":8},"auth":{"type":"object","properties":{"api_key":{"anyOf":[{},{"type":"null"}]}}},"secret":{"type":"boolean","default":true}}}""", (await road.Get<IPromptStore>().FindAsync("schema", null, Cancellation))!.Metadata!["tools"]![0]!["function"]!["parameters"]!.ToJsonString());
    }

    [Fact]
    public async Task The_paths_of_a_stored_prompt_begin_with_a_name()
    {
        await using var road = new Road();
        Assert.Equal("api_key: left out, secrets are not imported", Assert.Single((await ImportedAsync(road, """{"id":"pmpt_1","name":"A","instructions":"Go.","api_key":"sk-1"}""")).Details));
    }

    private static async Task<ImportItem> ImportedAsync(Road road, string file) => Assert.Single((await road.Get<PromptImporter>().ImportAsync(file, new(), Cancellation)).Items);
}
