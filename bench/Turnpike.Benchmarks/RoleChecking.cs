using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage;
using Turnpike.Turns.Access;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Benchmarks;

/// <summary>What roles cost a request: asked of the database each time, of a project two below the one that says who its members are.</summary>
[MemoryDiagnoser]
public class RoleChecking : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("turnpike-bench-").FullName;
    private ServiceProvider _services = null!;
    private ProjectAccess _access = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _services = new ServiceCollection().AddSingleton(TimeProvider.System).AddTurnpikeSqlite(Path.Combine(_folder, "bench.db")).BuildServiceProvider();
        _access = _services.GetRequiredService<ProjectAccess>();
        var settings = _services.GetRequiredService<ISettingsStore>();
        foreach (var (id, parent) in ((string, string?)[])[("root", null), ("middle", "root"), ("leaf", "middle"), ("open", null)]) await settings.SaveProjectAsync(new() { Id = id, Name = id, Parent = parent }, CancellationToken.None);
        for (var i = 0; i < 20; i++) await _services.GetRequiredService<IProjectMembers>().SetAsync(new("root", $"user{i}", ProjectRole.Runner), CancellationToken.None);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public Task<ProjectRole?> WithoutAProject() => RoleAsync(null);

    [Benchmark]
    public Task<ProjectRole?> InAnOpenProject() => RoleAsync("open");

    [Benchmark]
    public Task<ProjectRole?> InAProjectWithTwentyMembers() => RoleAsync("leaf");

    private async Task<ProjectRole?> RoleAsync(string? project)
    {
        using (KeyScope.Enter(new() { Id = "key_1", Name = "shop", Prefix = "tp_", User = "user19", CreatedAt = DateTimeOffset.UnixEpoch })) return await _access.RoleAsync(project, CancellationToken.None);
    }
}
