using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Access;

/// <summary>The JSON of keys and of the audit log, as it is kept and shown.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, AllowDuplicateProperties = false, Converters = [typeof(Json.TimeConverter)])]
[JsonSerializable(typeof(AccessKey))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(KeyChange))]
[JsonSerializable(typeof(AuditEntry))]
public sealed partial class AccessJson : JsonSerializerContext
{
    /// <summary>The context to use: it writes text as people read it.</summary>
    public static AccessJson Relaxed => Holder.Context;

    private static class Holder // made at first use, when the generated defaults exist
    {
        internal static readonly AccessJson Context = new(new JsonSerializerOptions(((JsonSerializerContext)Default).Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = null });
    }
}
