namespace Turnpike.Turns.Settings;

/// <summary>Where a row stands in lists by name: the name in lower case, then the id where names are not unique, behind two slashes, which no id has: no two rows make one place. Also the cursor of pages.</summary>
internal static class SettingsPlace
{
    public static string Of(string name, string id) => id.Length == 0 ? name.ToLowerInvariant() : $"{name.ToLowerInvariant()} //{id}";
}
