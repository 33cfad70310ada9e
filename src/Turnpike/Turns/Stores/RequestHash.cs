using System.Collections;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Stores;

/// <summary>
/// What idempotency keys are held against: SHA-256 of a request, behind the number of the form that it was made in. Members that say nothing are left out, so
/// that the hash of a body stays when requests get more of them: nodes of two versions may hear the same one.
/// </summary>
internal static class RequestHash
{
    private const string Form = "2:"; // with another form another number: pinned by a test

    private static readonly JsonTypeInfo<TurnRequest> Saying = (JsonTypeInfo<TurnRequest>)new JsonSerializerOptions(TurnpikeJson.Relaxed.Options) { TypeInfoResolver = TurnpikeJson.Relaxed.WithAddedModifier(LeaveOut) }.GetTypeInfo(typeof(TurnRequest));

    /// <summary>The hash of a request.</summary>
    public static string Of(TurnRequest request) => Of(JsonSerializer.SerializeToUtf8Bytes(request, Saying));

    /// <summary>The hash of what else is asked under a key, in bytes that no version changes.</summary>
    public static string Of(ReadOnlySpan<byte> asked) => Form + Convert.ToHexStringLower(SHA256.HashData(asked));

    /// <summary>Whether a request may be the one that was kept. Of one that was hashed in another form nobody can tell, and its key says that it is.</summary>
    /// <param name="kept">The hash that was kept.</param>
    /// <param name="asked">The request's: in today's form, or that of the bytes that a face was sent, which has no form.</param>
    public static bool Agree(string? kept, string? asked) => kept == asked || (asked is not null && asked.StartsWith(Form, StringComparison.Ordinal) && kept?.StartsWith(Form, StringComparison.Ordinal) != true);

    private static void LeaveOut(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Namespace?.StartsWith(nameof(Turnpike), StringComparison.Ordinal) != true) return;
        var nullable = new NullabilityInfoContext();
        foreach (var member in type.Properties)
        {
            if (member.Get is null) continue;
            var (before, initial) = (member.ShouldSerialize, Initial(member.PropertyType));
            var canBeUnsaid = member.AttributeProvider is PropertyInfo property && nullable.Create(property).ReadState == NullabilityState.Nullable; // then an empty list says something: no history, no tools
            member.ShouldSerialize = (owner, value) => value is not null && !value.Equals(initial) && (canBeUnsaid || value is not ICollection { Count: 0 }) && before?.Invoke(owner, value) != false;
        }
    }

    /// <summary>The value of a member that nobody set.</summary>
    private static object? Initial(Type type) => type == typeof(bool) ? false : type == typeof(int) ? 0 : type == typeof(long) ? 0L : type.IsEnum ? Enum.ToObject(type, 0) : null;
}
