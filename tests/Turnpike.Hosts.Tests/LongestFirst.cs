using Turnpike.Hosts.Tests.Page;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Turnpike.Hosts.Tests.LongestFirst))]

namespace Turnpike.Hosts.Tests;

/// <summary>The walks in the browser begin first: they are one long row, and nothing would run beside its end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections) where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => collection.TestCollectionDisplayName == InChromium.Name).ThenBy(collection => collection.UniqueID, StringComparer.Ordinal)];
}
