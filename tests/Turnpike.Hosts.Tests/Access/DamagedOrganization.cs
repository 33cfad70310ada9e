using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Hosts.Tests.Storage;
using Turnpike.Pipeline;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>An organization whose database is damaged is alone with it.</summary>
public sealed class DamagedOrganization : IDisposable
{
    private static readonly string[] Offered = ["mail"];
    private readonly string _data = TestFolder.New();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private RunningServer Server() => new(
        services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "sent", "mail")),
        ("TURNPIKE_DATA", _data), ("Turnpike:ToolCalls:Approval:mail", "ask"), ("Turnpike:Files:Unreferenced", "00:00:00"));

    [Fact]
    public async Task The_server_starts_and_tends_to_the_turns_and_contents_of_the_others()
    {
        string secret, turn, content;
        await using (var server = Server())
        {
            var acme = (await server.KeyAsync(new NewKey { Name = "acme", Scopes = [Scopes.Admin], Organization = "acme" })).Secret;
            Assert.Equal(200, (await server.AskAsync(acme, HttpMethod.Post, "/api/turns", new { content = "Hi" })).Status);
            secret = (await server.KeyAsync(new NewKey { Name = "zeta", Scopes = [Scopes.Admin], Organization = "zeta" })).Secret;
            server.Model.Calls("mail");
            turn = (await server.AskAsync(secret, HttpMethod.Post, "/api/turns", new { content = "Post", tools = Offered })).Body.GetProperty("id").GetString()!;
            using var scope = OrganizationScope.Enter("zeta");
            content = (await server.Get<IContentStore>().KeepAsync(new MemoryStream([1, 2, 3]), 100, Cancellation)).Hash;
            Assert.True(await server.Get<IOpenCallStore>().AnswerAsync(turn, [new() { CallId = "call_1", Approved = true }], TimeProvider.System.GetUtcNow(), Cancellation));
        }
        var file = Path.Combine(_data, "organizations", "acme.db");
        Assert.True(File.Exists(file));
        foreach (var beside in (string[])[file + "-wal", file + "-shm"]) File.Delete(beside);
        await File.WriteAllTextAsync(file, "This was a database before the disk failed, and now it is none, as anybody can see.", Cancellation);

        await using var again = Server(); // whose start tends to the turns that waited
        using (OrganizationScope.Enter("zeta"))
        {
            Assert.Equal("ok", (await again.Get<TurnRunner>().WaitAsync(turn, Cancellation)).Answer);
            while (await again.Get<IContentStore>().OpenAsync(content, Cancellation) is { } still)
            {
                await still.DisposeAsync();
                await Task.Delay(20, Cancellation); // the cleaner has just begun
            }
        }
        Assert.Equal(200, (await again.AskAsync(secret, HttpMethod.Get, "/api/turns/" + turn)).Status);
        await again.Get<TurnRunner>().TendAsync(Cancellation);
    }
}
