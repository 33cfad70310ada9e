using Microsoft.Extensions.Options;
using Turnpike.Prompts;
using Turnpike.Prompts.Templates;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Messages.Resources;

/// <summary>Puts uploaded files in the place of their ids, where a variable of type <c>file</c> or <c>image</c> asks for one: text as text, all else as media.</summary>
public sealed class VariableFiles(IFileStore files, KeptParts kept, IOptions<ResourceOptions> options)
{
    private const string Prefix = "file_";

    /// <summary>Whether a value of a variable is the id of a file.</summary>
    internal static bool IsId(string url) => url.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The values with their files. A file that is gone stays an id, which matters only when it is sent.</summary>
    /// <param name="needs">The variables.</param>
    /// <param name="resolved">Their values.</param>
    /// <param name="model">What is known of the model that will read them; null: nothing, or they are not sent.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="TurnException"><c>resource_too_large, resource_unsupported</c>, naming the variable.</exception>
    internal async ValueTask<Dictionary<string, object?>> ValuesAsync(VariableNeeds needs, ResolvedVariables resolved, ModelInfo? model, CancellationToken cancellationToken)
    {
        var values = TemplateInputs.Of(needs, resolved);
        foreach (var slot in needs.Slots)
        {
            var name = slot.Definition.Name;
            if (slot.Definition.Type is not (VariableType.File or VariableType.Image) || values.GetValueOrDefault(name) is not MediaValue media) continue;
            if (IsId(media.Url)) values[name] = media = await ReadAsync(slot.Definition, media, cancellationToken);
            if (media.Text is null && model?.Input is { } input && !input.Contains(Reads(media))) throw Wrong(TurnErrorCode.ResourceUnsupported, $"Model \"{model.Id}\" reads no {Reads(media)}s, and variable \"{name}\" is one. Choose another model or leave it out.");
        }
        return values;
    }

    private async ValueTask<MediaValue> ReadAsync(VariableDefinition variable, MediaValue media, CancellationToken cancellationToken)
    {
        if (await files.FindAsync(media.Url, cancellationToken) is not { } file) return media;
        if (file.Size > options.Value.Bytes) throw Wrong(TurnErrorCode.ResourceTooLarge, FormattableString.Invariant($"Variable \"{variable.Name}\" is file \"{file.Name}\" of {file.Size:N0} bytes; a resource may have {options.Value.Bytes:N0} (Turnpike:Resources:Bytes)."));
        if (await kept.BytesAsync(file.Hash, cancellationToken) is not { } bytes) return media;
        var called = media.Name ?? (variable is { Type: VariableType.File, Secret: false } ? file.Name : null);
        return media with { Url = $"data:{file.MediaType};base64,{Convert.ToBase64String(bytes)}", MediaType = file.MediaType, Name = called, Text = ResourceText.Readable(bytes, file.MediaType)?.Text };
    }

    private static string Reads(MediaValue media)
    {
        var type = media.MediaType ?? (media.Url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? media.Url[5..] : "image/*");
        return type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? "image" : type.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) ? "audio" : "file";
    }

    private static TurnException Wrong(TurnErrorCode code, string message) => new(code, message) { Field = "variables" };
}
