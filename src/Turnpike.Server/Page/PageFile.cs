using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;

namespace Turnpike.Server.Page;

/// <summary>A file of the page, as it was built into this assembly. It is compressed when it is first asked for, and kept so.</summary>
internal sealed class PageFile
{
    private static readonly FileExtensionContentTypeProvider Types = new();
    private readonly Lazy<byte[]?> _packed;

    private PageFile(string path, byte[] bytes)
    {
        Bytes = bytes;
        Type = Types.TryGetContentType(path, out var type) ? Utf8(type) : "application/octet-stream";
        Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"";
        _packed = new(() => Type.Contains("utf-8", StringComparison.Ordinal) || Type.StartsWith("image/svg", StringComparison.Ordinal) ? Pack(bytes) : null);
    }

    /// <summary>What it holds.</summary>
    public byte[] Bytes { get; }

    /// <summary>What it holds, packed with Brotli; null when that would not make it smaller.</summary>
    public byte[]? Packed => _packed.Value;

    /// <summary>Its media type.</summary>
    public string Type { get; }

    /// <summary>Names this content.</summary>
    public string Tag { get; }

    /// <summary>All files of the page by their paths, without a slash before; none when the server was built without a page.</summary>
    public static IReadOnlyDictionary<string, PageFile> All { get; } = Read(typeof(PageFile).Assembly);

    /// <summary>Compresses what is not yet.</summary>
    public static void PackAll()
    {
        foreach (var file in All.Values) _ = file.Packed;
    }

    private static Dictionary<string, PageFile> Read(Assembly assembly)
    {
        const string Folder = "page/";
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).ToDictionary(name => name[Folder.Length..], name =>
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new PageFile(name, bytes);
        }, StringComparer.Ordinal);
    }

    private static string Utf8(string type) => type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" ? type + "; charset=utf-8" : type;

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal)) brotli.Write(bytes);
        return packed.ToArray();
    }
}
