namespace Turnpike.Turns;

/// <summary>Whether a name can stand in an address: programs take the steps <c>.</c> and <c>..</c> out of paths, and some take two slashes for one.</summary>
internal static class AddressSteps
{
    public static bool Fit(string name) => name.Split('/').All(step => step is not ("" or "." or ".."));
}
