using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;
using Turnpike.Tests.Architecture;
using Turnpike.Tools;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Published clients, unchanged, against the real server on the loopback.</summary>
public sealed class PublishedClients
{
    private static readonly string Matrix = Path.Combine(Repository.Root, "docs", "compatibility.md");

    [Fact]
    public async Task Do_what_the_matrix_says_they_were_seen_to_do()
    {
        await NodeClients.NeedAsync();
        await using var server = await ServerAsync();
        var seen = new List<Seen>();
        foreach (var sdk in (string[])["openai", "ai", "@ai-sdk/openai-compatible", "@ai-sdk/openai", "@ai-sdk/open-responses", "@ag-ui/client", "@langfuse/client"]) seen.AddRange(await NodeClients.DriveAsync(sdk, server.Client.BaseAddress!));
        seen.AddRange(await DotNetClient.DriveAsync(server));
        Assert.Empty(Failed(seen));

        var text = Text(seen.Select(one => $"| {(one.Sdk == DotNetClient.Name ? one.Sdk : $"`{one.Sdk}`")} {one.Version} | {one.Name} | works |"));
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") await File.WriteAllTextAsync(Matrix, text, TestContext.Current.CancellationToken);
        Assert.Equal(text, (await File.ReadAllTextAsync(Matrix, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Of_dotnet_do_so_where_there_is_no_Node()
    {
        await using var server = await ServerAsync();
        Assert.Empty(Failed(await DotNetClient.DriveAsync(server)));
    }

    private static string Failed(IEnumerable<Seen> seen) => string.Join("\n\n", seen.Where(one => one.Error is not null).Select(one => $"{one.Sdk} {one.Name}: {one.Error}"));

    private static async Task<RunningServer> ServerAsync()
    {
        var server = new RunningServer(services =>
        {
            services.AddSingleton(new HostModel("test/talker", new TalkingModel()));
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        using var imported = await server.PostJsonAsync("/api/prompts/import", Exported, ("Content-Type", "application/json"));
        Assert.True(imported.IsSuccessStatusCode, await imported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await server.Get<IPromptStore>().SaveAsync(new()
        {
            Key = "guide",
            Model = "test/talker",
            Messages = [ChatCompletions.Line("system", "Answer as a guide to {{city}}.")],
            Variables = [new() { Name = "city", Required = true }],
        }, null, TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>A stored prompt as its vendor gives it out.</summary>
    private const string Exported = """{"id":"pmpt_abc123","object":"prompt","name":"city-guide","version":"1","model":"test/talker","instructions":"You know {{city}}.","variables":{"city":"Paris"}}""";

    private static string Text(IEnumerable<string> rows) => string.Create(CultureInfo.InvariantCulture, $"""
        # What published clients were seen to do

        Written by the tests, which drive each client unchanged against a real server on the loopback, only its base URL changed. The versions are pinned; a
        line is here because the thing worked when this page was written.

        | client | what it did | |
        |---|---|---|
        {string.Join("\n", rows)}

        """).ReplaceLineEndings("\n");
}
