using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Turnpike.Server.Hosting;

/// <summary>Checks options by their annotations and names the configuration key of each that does not fit.</summary>
internal sealed class SectionRules<T>(IConfigurationSection section) : IValidateOptions<T>, ISectionRules where T : class
{
    public IConfigurationSection Section => section;

    public Type Bound => typeof(T);

    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new(options), faults, validateAllProperties: true);
        List<string> texts = [.. SettingsInLists.Faults(section, typeof(T)), .. faults.Select(fault => Text(fault.MemberNames.FirstOrDefault(), fault.ErrorMessage))];
        return texts.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(texts);
    }

    private string Text(string? member, string? message) => member is null ? $"{section.Path}: {message}" : $"{section.Path}:{member} is \"{section[member]}\". {message}";
}

/// <summary>A section of the settings and what it is bound to.</summary>
internal interface ISectionRules
{
    /// <summary>What is said.</summary>
    IConfigurationSection Section { get; }

    /// <summary>The options.</summary>
    Type Bound { get; }
}
