using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Turnpike.Server.Http;

namespace Turnpike.Server.Api;

/// <summary>Says in the OpenAPI document what a route is for, takes and answers. None of it changes what the route does.</summary>
internal static class RouteDescription
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string id, string summary, string description) => route.WithName(id).WithSummary(summary).WithDescription(description);

    /// <summary>The route reads a JSON body.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route) where T : class => route.WithMetadata(new AnyBody(typeof(T)));

    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status = 200) => route.Produces<T>(status, "application/json");

    /// <summary>The answer is a JSON object that the description tells of.</summary>
    public static RouteHandlerBuilder AnswersJson(this RouteHandlerBuilder route, int status = 200) => route.Produces<JsonObject>(status, "application/json");

    /// <summary>The answer is a shape of <see cref="OpenApiAnswers"/>, for its JSON is of its own making.</summary>
    public static RouteHandlerBuilder AnswersShape(this RouteHandlerBuilder route, string component, int status = 200) => route.AnswersJson(status).WithMetadata(new AnswerShape(component, status));

    /// <summary>The answer is, or may be, a stream of events.</summary>
    public static RouteHandlerBuilder AnswersEvents(this RouteHandlerBuilder route) => route.WithMetadata(new EventsShape());

    /// <summary>The route reads a file, as one of these content types.</summary>
    public static RouteHandlerBuilder TakesFile(this RouteHandlerBuilder route, params string[] types) => route.WithMetadata(new FileShape(types));

    /// <summary>The answer is bytes of whatever type.</summary>
    public static RouteHandlerBuilder AnswersBytes(this RouteHandlerBuilder route) => route.WithMetadata(new BytesShape()).Produces(200);

    public static RouteHandlerBuilder AnswersNothing(this RouteHandlerBuilder route) => route.Produces(204);

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder route, string name, string description, bool isNumber = false) => route.WithMetadata(new ParameterShape(name, InHeader: false, description, isNumber));

    public static RouteHandlerBuilder Header(this RouteHandlerBuilder route, string name, string description) => route.WithMetadata(new ParameterShape(name, InHeader: true, description, IsNumber: false));

    /// <summary>The query of a list that is read in pages.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder route) =>
        route.Query("after", "Where the page before ended: its \"next\".").Query("limit", "Rows of the page, 1 to 200; 50 unless told.", isNumber: true);

    /// <summary>A body of any content type: the document says JSON, and <see cref="Body"/> looks at the type itself.</summary>
    private sealed class AnyBody(Type type) : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = [OpenApiSetup.AnyType];
        public Type? RequestType => type;
        public bool IsOptional => false;
    }
}

/// <summary>A parameter of the query or a header.</summary>
internal sealed record ParameterShape(string Name, bool InHeader, string Description, bool IsNumber);

/// <summary>The route answers with a stream of events.</summary>
internal sealed record EventsShape;

/// <summary>The route answers with a component of the document.</summary>
internal sealed record AnswerShape(string Component, int Status);

/// <summary>The route takes a file.</summary>
internal sealed record FileShape(IReadOnlyList<string> Types)
{
    /// <summary>As the field <c>file</c> of a form.</summary>
    public const string Form = "multipart/form-data";
}

/// <summary>The route answers with bytes.</summary>
internal sealed record BytesShape;
