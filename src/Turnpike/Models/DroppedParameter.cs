namespace Turnpike.Models;

/// <summary>A parameter that a model does not take.</summary>
/// <param name="Path">Where it stands among the parameters.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it was.</param>
internal readonly record struct DroppedParameter(string Path, string Name, object? Value)
{
    /// <summary>The code of its warning.</summary>
    public const string Code = "parameter_dropped";

    /// <summary>What is told of it.</summary>
    public string Message(string model) => $"Model \"{model}\" does not take \"{Name}\"; it was left out.";
}
