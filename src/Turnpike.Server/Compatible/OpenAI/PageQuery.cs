using Turnpike.Server.Http;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The query of the vendor's lists.</summary>
internal readonly record struct PageQuery(string? After, int Limit, string Order)
{
    public static PageQuery Read(HttpContext http, int most, string order = "desc", int standard = 20)
    {
        if (Query.Text(http, "order") is { } asked) order = asked is "asc" or "desc" ? asked : throw Given.UnsupportedValue("order", $"\"order\" is \"{asked}\"; it must be asc or desc.");
        return new(Query.Text(http, "after"), Query.Number(http, "limit", standard, 1, most), order);
    }
}
