using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Turnpike.Tests.Scripted;

/// <summary>A store with a test before it, which sees each call and passes it on or answers it itself.</summary>
public class Watched<T> : DispatchProxy where T : class
{
    private T _inner = null!;
    private Func<string, object?[], Func<object?>, object?> _seen = null!;

    /// <param name="inner">The store.</param>
    /// <param name="seen">Is given the member's name, the arguments and what passes the call on.</param>
    [SuppressMessage("Design", "CA1000", Justification = "The type is what it is made of.")]
    public static T Of(T inner, Func<string, object?[], Func<object?>, object?> seen)
    {
        var store = Create<T, Watched<T>>();
        var watched = (Watched<T>)(object)store;
        (watched._inner, watched._seen) = (inner, seen);
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _seen(targetMethod!.Name, args ?? [], () => targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null));
}
