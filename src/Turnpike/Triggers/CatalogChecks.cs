namespace Turnpike.Triggers;

/// <summary>What a namespace must be like to be registered.</summary>
internal static class CatalogChecks
{
    public static void Namespace(ITriggerNamespace one)
    {
        Name(one.Name, one.Name);
        foreach (var method in one.Methods) Method(one.Name, method);
    }

    private static void Method(string space, TriggerMethod method)
    {
        var full = space + "." + method.Name;
        Name(method.Name, full);
        foreach (var part in method.Aliases.SelectMany(alias => alias.Split('.', 2))) Name(part, full);
        for (var i = 0; i < method.Arguments.Count; i++)
        {
            var argument = method.Arguments[i];
            if (!TriggerNames.IsKey(argument.Name)) throw Bad(full, $"has an argument called \"{argument.Name}\", which is no name");
            if (argument.Type == TriggerArgumentType.Enum && argument.Options is not { Count: > 0 }) throw Bad(full, $"has an enum \"{argument.Name}\" without options");
            if (argument.Type == TriggerArgumentType.Text && i < method.Arguments.Count - 1) throw Bad(full, $"has an argument behind the text \"{argument.Name}\", which takes all that is left");
        }
        if (method.Arguments.Count > 32) throw Bad(full, "has more than 32 arguments");
        if (method.Arguments.Count(argument => argument.Type == TriggerArgumentType.Pairs) > 1) throw Bad(full, "takes pairs twice");
        if (method.Arguments.DistinctBy(argument => argument.Name, StringComparer.OrdinalIgnoreCase).Count() < method.Arguments.Count) throw Bad(full, "has two arguments of one name");
    }

    private static void Name(string name, string full)
    {
        if (!TriggerNames.IsName(name)) throw Bad(full, $"uses \"{name}\" as a name. Names are a letter, then letters, digits, _ and -");
    }

    private static ArgumentException Bad(string full, string what) => new($"Trigger \"{full}\" {what}.");
}
