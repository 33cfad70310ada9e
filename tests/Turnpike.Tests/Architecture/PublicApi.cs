using System.Reflection;
using System.Text;

namespace Turnpike.Tests.Architecture;

/// <summary>What the library promises to hosts changes only on purpose: the approved text changes in the same commit.</summary>
public sealed class PublicApi
{
    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        var path = Repository.PathOf("tests", "Turnpike.Tests", "Architecture", "PublicApi.approved.txt");
        var now = Describe(typeof(TurnpikeServices).Assembly);
        if (Environment.GetEnvironmentVariable("TURNPIKE_APPROVE") == "1") File.WriteAllText(path, now);
        Assert.True(File.ReadAllText(path).ReplaceLineEndings("\n") == now, "The public API differs from PublicApi.approved.txt. If it should, run the tests once with TURNPIKE_APPROVE=1.");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            var members = type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(member => member is not MethodInfo { IsSpecialName: true } and not Type && !member.Name.Contains('<', StringComparison.Ordinal) && !IsOfRecord(member))
                .Select(member => $"  {Kind(member)}{member}".Replace("System.", "", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
            foreach (var member in members) text.Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static bool IsOfRecord(MemberInfo member) => member.Name is "Equals" or "GetHashCode" or "ToString" or "PrintMembers" or "Deconstruct";

    private static string Kind(MemberInfo member) => member is PropertyInfo property ? property.SetMethod is { IsPublic: true } set ? set.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "init " : "set " : "get " : "";
}
