[assembly: AssemblyFixture(typeof(Turnpike.Hosts.Tests.Postgres.PostgresEnd))]

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>Stops the PostgreSQL server of the run when the last test has ended.</summary>
public sealed class PostgresEnd : IDisposable
{
    public void Dispose() => PostgresCluster.End();
}
