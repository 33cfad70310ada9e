namespace Turnpike.Server.Http;

/// <summary>Tells a multipart body that breaks off, or is none, from a disk here that fails while it is kept: the first is the client's to mend, and of the second no client is told where it happened.</summary>
internal static class BrokenUpload
{
    private const int Plain = unchecked((int)0x80131620); // an IOException without a number of the system

    public static bool Is(Exception error) => error is InvalidDataException || (error is IOException and not BadHttpRequestException && error.HResult == Plain);
}
