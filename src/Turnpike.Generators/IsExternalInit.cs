namespace System.Runtime.CompilerServices;

/// <summary>Lets records have <c>init</c> members on this framework.</summary>
internal static class IsExternalInit;
