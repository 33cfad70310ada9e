using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Resources;

/// <summary>Ids of resources that bring none: the same for the same content at the same place, so that a preview shows what is sent.</summary>
internal static class ResourceIds
{
    /// <param name="resource">The resource as it is given.</param>
    /// <param name="index">Its place among the others.</param>
    /// <param name="place">What it is attached to: the turn before; null: nothing stands before it.</param>
    public static string Of(ResourceInput resource, int index, string? place) => Of([(byte)index, .. Encoding.UTF8.GetBytes(index > byte.MaxValue ? $"{index} {place}" : place ?? ""), .. JsonSerializer.SerializeToUtf8Bytes(resource, TurnpikeJson.Relaxed.ResourceInput)]);

    /// <summary>An id of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> content) => "res_" + Convert.ToHexStringLower(SHA256.HashData(content))[..22];
}
