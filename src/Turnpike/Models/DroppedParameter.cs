using System.Globalization;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Models;

/// <summary>A parameter that a model does not take.</summary>
/// <param name="Path">Where it stands among the parameters.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it was.</param>
internal readonly record struct DroppedParameter(string Path, string Name, object? Value)
{
    /// <summary>The numbers that the model takes for it; null: none.</summary>
    public ParameterRange? Range { get; init; }

    /// <summary>The code of its warning.</summary>
    public const string Code = "parameter_dropped";

    /// <summary>What is told of it.</summary>
    public string Message(string model) => Range is null ? $"Model \"{model}\" does not take \"{Name}\"; it was left out."
        : string.Create(CultureInfo.InvariantCulture, $"Model \"{model}\" takes \"{Name}\" {Range.Words}, and it is {Value}; it was left out.");
}
