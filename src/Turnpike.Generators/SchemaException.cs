using YamlDotNet.RepresentationModel;

namespace Turnpike.Generators;

/// <summary>A schema that is YAML and that no prompt can be read with.</summary>
internal sealed class SchemaException(YamlNode at, string message) : Exception(message)
{
    /// <summary>Where it stands.</summary>
    public YamlNode At => at;
}
