using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Turnpike.Server.Hosting;

/// <summary>
/// Finds values inside lists and dictionaries of the settings that do not fit their type, and numbers that are needed and missing. .NET's binder passes over such an element without a word: a provider, a price or a "deny" would not be there, and a price without its half would be none.
/// </summary>
internal static class SettingsInLists
{
    /// <summary>What does not fit, each line beginning with its key.</summary>
    /// <param name="section">Where the settings are.</param>
    /// <param name="type">What they are bound to.</param>
    public static IEnumerable<string> Faults(IConfiguration section, Type type)
    {
        foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var child = section.GetSection(member.Name);
            if (!child.Exists() || ElementOf(member.PropertyType) is null) continue;
            foreach (var fault in FaultsOf(child, member.PropertyType)) yield return fault;
        }
    }

    /// <summary>The same of single values of which each must be one of a few words: the binder takes numbers for them, and does not say which words there are.</summary>
    public static IEnumerable<string> Words(IConfiguration section, Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => IsNoWord(section.GetSection(member.Name), member.PropertyType)).Select(member => NoFit(section.GetSection(member.Name), member.PropertyType));

    private static IEnumerable<string> FaultsOf(IConfigurationSection section, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementOf(type) is { } element)
        {
            IEnumerable<string> whole = section.Value is not { Length: > 0 } said ? [] : typeof(IDictionary).IsAssignableFrom(type) ? [$"{section.Path} is \"{said}\". It is a table: say {section.Path}:NAME for each entry."] : [$"{section.Path} is \"{said}\". It is a list: say {section.Path}:0, {section.Path}:1 and so on."];
            return whole.Concat(section.GetChildren().SelectMany(each => FaultsOf(each, element)));
        }
        if (type.IsValueType || type == typeof(string) || type == typeof(Uri)) return Fits(section, type) ? [] : [NoFit(section, type)];
        return type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(member => (member, Child: section.GetSection(member.Name)))
            .SelectMany(pair => pair.Child.Exists() ? FaultsOf(pair.Child, pair.member.PropertyType) : IsNeeded(pair.member) ? [$"{pair.Child.Path} is missing. It must be {Form(pair.member.PropertyType)}."] : []);
    }

    /// <summary>Whether the binder would take 0 for what is not said, though there is no such thing as leaving it out.</summary>
    private static bool IsNeeded(PropertyInfo member) => member.PropertyType.IsValueType && member.IsDefined(typeof(RequiredMemberAttribute));

    private static bool Fits(IConfigurationSection section, Type type)
    {
        if (section.Value is not { Length: > 0 }) return true; // empty: not said
        try
        {
            _ = section.Get(type);
            return !IsNoWord(section, type);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whether a number, or a list, stands where one word must, which .NET's reader of enums takes.</summary>
    private static bool IsNoWord(IConfigurationSection section, Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } words && section.Value is { Length: > 0 } said && !Enum.GetNames(words).Contains(said.Trim(), StringComparer.OrdinalIgnoreCase);

    private static string NoFit(IConfigurationSection section, Type type) => $"{section.Path} is \"{section.Value}\". It must be {Form(Nullable.GetUnderlyingType(type) ?? type)}.";

    /// <summary>What a list or a dictionary holds; null for anything else.</summary>
    internal static Type? ElementOf(Type type) =>
        type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) ? null
        : type.IsArray ? type.GetElementType()
        : type.IsGenericType ? type.GetGenericArguments()[^1]
        : null;

    private static string Form(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a length of time such as \"00:00:30\""
        : type == typeof(decimal) || type == typeof(double) ? "a number with a point, such as 1.5"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : $"a {type.Name}";
}
