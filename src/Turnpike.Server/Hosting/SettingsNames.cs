using System.Collections;
using System.Reflection;
using Turnpike.Middleware.Hooks;
using Turnpike.Providers;
using Turnpike.Turns;

namespace Turnpike.Server.Hosting;

/// <summary>Finds settings of ours that nobody reads: a name that is misspelt would protect, or limit, nothing.</summary>
internal static class SettingsNames
{
    /// <summary>Those that are read by hand, and those whose names are checked where they are read.</summary>
    private static readonly string[] ByHand = ["SecretsKey", "Database:Connections", "Turns:Parameters", "Oidc:ScopeNames"];

    /// <summary>What is no setting, each line beginning with its key.</summary>
    /// <param name="root">The section of ours.</param>
    /// <param name="bound">What sections are bound to: path below the root, empty for itself, and type.</param>
    public static IEnumerable<string> Faults(IConfigurationSection root, IEnumerable<(string Path, Type Type)> bound)
    {
        (string Path, Type Type)[] all = [.. bound, ("", typeof(ProviderSettings)), ("Hooks", typeof(List<HookOptions>))];
        return Below(root, "", all);
    }

    private static IEnumerable<string> Below(IConfigurationSection section, string path, (string Path, Type Type)[] bound)
    {
        var types = bound.Where(one => Same(one.Path, path)).Select(one => one.Type).ToArray();
        foreach (var child in section.GetChildren())
        {
            var below = path.Length == 0 ? child.Key : $"{path}:{child.Key}";
            if (ByHand.Any(name => Same(name, below))) continue;
            var faults = types.Select(type => Member(type, child.Key)).Concat(bound.Where(one => Same(one.Path, below) && SettingsInLists.ElementOf(one.Type) is not null).Select(one => one.Type)).FirstOrDefault(type => type is not null) is { } found ? Of(child, found)
                : bound.Any(one => Same(one.Path, below) || one.Path.StartsWith(below + ":", StringComparison.OrdinalIgnoreCase)) || ByHand.Any(name => name.StartsWith(below + ":", StringComparison.OrdinalIgnoreCase)) ? Below(child, below, bound)
                : [Unknown(child, types.SelectMany(Members).Concat(bound.Select(one => one.Path).Concat(ByHand).Where(name => path.Length == 0).Select(name => name.Split(':')[0])))];
            foreach (var fault in faults) yield return fault;
        }
    }

    /// <summary>The faults of a value of a type, which is the value of a member, or of a list or table.</summary>
    private static IEnumerable<string> Of(IConfigurationSection section, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (SettingsInLists.ElementOf(type) is { } element) return section.GetChildren().SelectMany(each => Of(each, element));
        if (type.IsValueType || type == typeof(string) || type == typeof(Uri)) return [];
        return section.GetChildren().SelectMany(child => Member(type, child.Key) is { } found ? Of(child, found) : [Unknown(child, Members(type))]);
    }

    private static string Unknown(IConfigurationSection section, IEnumerable<string> known) => $"{section.Path} is no setting.{Nearest.Hint(section.Key, known.Where(name => name.Length > 0).Distinct())}";

    private static Type? Member(Type type, string name) => Settable(type).FirstOrDefault(member => Same(member.Name, name))?.PropertyType;

    private static IEnumerable<string> Members(Type type) => Settable(type).Select(member => member.Name);

    private static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.GetIndexParameters().Length == 0 && (member.CanWrite || (member.PropertyType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(member.PropertyType))));

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
