using System.Net;
using System.Reflection;
using System.Text;
using Turnpike.Server.Access;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Page;

/// <summary>A small page for whoever opens the server's address: what runs, which models were found, three requests to copy.</summary>
internal static class StartPage
{
    private static readonly string Template = Read();

    public static void MapStartPage(this WebApplication app) => app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], WriteAsync).OpenToAll().ExcludeFromDescription();

    private static async Task WriteAsync(HttpContext http, ModelCatalog catalog)
    {
        var failed = new List<string>();
        var models = await catalog.ListAsync((provider, error) => failed.Add($"<li class=\"bad\"><b>{Safe(provider)}</b> {Safe(error.Message)}</li>"), http.RequestAborted);
        var listed = new StringBuilder();
        foreach (var model in models.Take(40)) listed.Append("<li><code>").Append(Safe(model.Id)).Append("</code></li>");
        if (models.Count > 40) listed.Append("<li>and ").Append(models.Count - 40).Append(" more: <a href=\"/api/models\">/api/models</a></li>");
        foreach (var failure in failed) listed.Append(failure);
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        await http.Response.WriteAsync(Template
            .Replace("{{version}}", Safe(typeof(StartPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? ""), StringComparison.Ordinal)
            .Replace("{{default}}", Safe(catalog.Default), StringComparison.Ordinal)
            .Replace("{{models}}", listed.ToString(), StringComparison.Ordinal)
            .Replace("{{address}}", Safe($"{http.Request.Scheme}://{http.Request.Host}"), StringComparison.Ordinal), http.RequestAborted);
    }

    private static string Safe(string text) => WebUtility.HtmlEncode(text);

    private static string Read()
    {
        using var reader = new StreamReader(typeof(StartPage).Assembly.GetManifestResourceStream("Turnpike.Server.Page.start.html")!);
        return reader.ReadToEnd();
    }
}
