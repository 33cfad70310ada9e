using System.Reflection;
using Turnpike.Middleware.Hooks;
using Turnpike.Providers;
using Turnpike.Server.Hosting;
using Turnpike.Tests.Architecture;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Every setting that is read stands on the page of settings.</summary>
public sealed class SettingsPage
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "settings.md"));

    [Fact]
    public void Every_setting_that_is_read_is_told()
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder([$"--TURNPIKE_DATA={Path.GetTempPath()}"]);
        builder.AddTurnpikeServer();
        var bound = builder.Services.Select(service => service.ImplementationInstance?.GetType()).Where(type => type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(SectionRules<>)).Select(type => type!.GetGenericArguments()[0]).ToList();
        Assert.True(bound.Count > 15, "The sections are not found any more.");
        var members = bound.Concat([typeof(ProviderEntry), typeof(HookOptions)]).SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite || (member.PropertyType != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(member.PropertyType))).Select(member => (type, member.Name)));
        Assert.All(members, member => Assert.Matches($@"[`:]{member.Name}[`:<]", Page));
    }
}
