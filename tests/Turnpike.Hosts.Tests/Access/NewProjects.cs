using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A project that a user makes is that user's from its first moment on, whatever goes wrong beside it.</summary>
public sealed class NewProjects
{
    private static RunningServer Server(Func<Exception?> fault) => new(services =>
    {
        var kept = services.Last(service => service.ServiceType == typeof(IProjectMembers));
        services.AddSingleton(provider => Watched<IProjectMembers>.Of((IProjectMembers)kept.ImplementationFactory!(provider), (name, _, pass) => name == nameof(IProjectMembers.SetAsync) && fault() is { } error ? Task.FromException(error) : pass()));
    });

    private static async Task<string> KeyAsync(RunningServer server, string user) => (await server.KeyAsync(new NewKey { Name = user, User = user, Scopes = [Scopes.Turns, Scopes.Conversations, Scopes.PromptsRead, Scopes.PromptsWrite] })).Secret;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Are_open_to_nobody_else_when_their_owner_cannot_be_kept(bool isCancelled)
    {
        var fails = true;
        await using var server = Server(() => !fails ? null : isCancelled ? new OperationCanceledException() : new InvalidOperationException("The disk is full."));
        var (ann, bob) = (await KeyAsync(server, "ann"), await KeyAsync(server, "bob"));
        using (var failed = await server.WithAsync(ann, HttpMethod.Post, "/api/projects", """{"id":"mine","name":"Mine"}""")) Assert.False(failed.IsSuccessStatusCode);
        Assert.Equal(404, (await server.AskAsync(bob, HttpMethod.Get, "/api/projects/mine")).Status);
        Assert.Empty((await server.AskAsync(bob, HttpMethod.Get, "/api/projects")).Body.GetProperty("data").EnumerateArray());

        var (status, report) = await server.AskAsync(ann, HttpMethod.Post, "/api/conversations/import", new { version = 1, projects = new[] { new { id = "p1", name = "Trip" } } });
        Assert.Equal(200, status);
        var imported = report.GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal((200, 404), ((await server.AskAsync(ann, HttpMethod.Get, "/api/projects/" + imported)).Status, (await server.AskAsync(bob, HttpMethod.Get, "/api/projects/" + imported)).Status));

        fails = false;
        Assert.Equal(201, (await server.AskAsync(ann, HttpMethod.Post, "/api/projects", new { id = "mine", name = "Mine" })).Status);
        Assert.Equal((200, 404), ((await server.AskAsync(ann, HttpMethod.Get, "/api/projects/mine")).Status, (await server.AskAsync(bob, HttpMethod.Get, "/api/projects/mine")).Status));
    }

    [Fact]
    public async Task Leave_their_id_free_when_they_are_refused()
    {
        await using var server = new RunningServer();
        var (ann, bob) = (await KeyAsync(server, "ann"), await KeyAsync(server, "bob"));
        Assert.Equal(201, (await server.AskAsync(bob, HttpMethod.Post, "/api/projects", new { id = "root", name = "Root" })).Status);
        for (var i = 0; i < 40; i++) // deeper than projects may stand
        {
            var (status, _) = await server.AskAsync(bob, HttpMethod.Post, "/api/projects", new { id = $"p{i}", name = "P", parent = i == 0 ? "root" : $"p{i - 1}" });
            if (status != 201)
            {
                Assert.Equal(404, (await server.AskAsync(ann, HttpMethod.Get, $"/api/projects/p{i}")).Status);
                Assert.Equal(201, (await server.AskAsync(ann, HttpMethod.Post, "/api/projects", new { id = $"p{i}", name = "Hers" })).Status);
                Assert.Equal(404, (await server.AskAsync(bob, HttpMethod.Get, $"/api/projects/p{i}")).Status);
                return;
            }
        }
        Assert.Fail("Projects may stand as deep as they like.");
    }
}
