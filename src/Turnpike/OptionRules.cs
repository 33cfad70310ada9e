using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Turnpike;

/// <summary>Checks options by their annotations and names the member of each that does not fit.</summary>
internal sealed class OptionRules<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] T> : IValidateOptions<T> where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new(options), faults, validateAllProperties: true) ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(fault => Text(options, fault.MemberNames.FirstOrDefault(), fault.ErrorMessage)));
    }

    private static string Text(T options, string? member, string? message)
    {
        if (member is null) return $"{typeof(T).Name}: {message}";
        var value = typeof(T).GetProperty(member, BindingFlags.Public | BindingFlags.Instance)?.GetValue(options);
        return string.Create(CultureInfo.InvariantCulture, $"{typeof(T).Name}.{member}{(value is null ? "" : $" is \"{value}\"")}. {message}");
    }
}
