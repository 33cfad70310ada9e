using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Turnpike.Server.Http;

namespace Turnpike.Server.Api;

/// <summary>Says in the OpenAPI document what a route is for, takes and answers. None of it changes what the route does.</summary>
internal static class RouteDescription
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string id, string summary, string description) => route.WithName(id).WithSummary(summary).WithDescription(description);

    /// <summary>The route reads a JSON body.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route, bool isOptional = false) where T : class => route.WithMetadata(new AnyBody(typeof(T), isOptional));

    /// <summary>The JSON body is a component of the document, of which the one that the route takes is a part.</summary>
    public static RouteHandlerBuilder TakesShape(this RouteHandlerBuilder route, string component) => route.WithMetadata(new BodyShape(component));

    /// <summary>The route reads a text of this content type as well.</summary>
    public static RouteHandlerBuilder TakesText(this RouteHandlerBuilder route, string type) => route.WithMetadata(new TextShape(type, IsAnswer: false));

    /// <summary>The answer is, or may be, a text of this content type.</summary>
    public static RouteHandlerBuilder AnswersText(this RouteHandlerBuilder route, string type) => route.WithMetadata(new TextShape(type, IsAnswer: true));

    /// <summary>Answers have, or may have, a header: those with this status, or all that are no problem.</summary>
    public static RouteHandlerBuilder Sends(this RouteHandlerBuilder route, string header, int? status = null) => route.WithMetadata(new HeaderShape(header, status));

    /// <summary>The answer is about a turn, and its headers say which.</summary>
    public static RouteHandlerBuilder SendsTurn(this RouteHandlerBuilder route) => route.Sends(TurnHeaders.Turn).Sends(TurnHeaders.Conversation).Sends(TurnHeaders.Prompt).Sends(TurnHeaders.Warnings);

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

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder route, string name, string description, bool isNumber = false) => route.WithMetadata(new ParameterShape(name, InHeader: false, description, isNumber ? JsonSchemaType.Integer : JsonSchemaType.String));

    /// <summary>A parameter that is one of some words.</summary>
    public static RouteHandlerBuilder Query(this RouteHandlerBuilder route, string name, string description, params string[] words) => route.WithMetadata(new ParameterShape(name, InHeader: false, description, JsonSchemaType.String, words));

    /// <summary>A parameter that is true or false.</summary>
    public static RouteHandlerBuilder Switch(this RouteHandlerBuilder route, string name, string description) => route.WithMetadata(new ParameterShape(name, InHeader: false, description, JsonSchemaType.Boolean));

    public static RouteHandlerBuilder Header(this RouteHandlerBuilder route, string name, string description) => route.WithMetadata(new ParameterShape(name, InHeader: true, description, JsonSchemaType.String));

    /// <summary>The query of a list that is read in pages.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder route) =>
        route.Query("after", "Where the page before ended: its \"next\".").Query("limit", "Rows of the page, 1 to 200; 50 unless told.", isNumber: true);

    /// <summary>A body of any content type: the document says JSON, and <see cref="Body"/> looks at the type itself.</summary>
    private sealed class AnyBody(Type type, bool isOptional) : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = [OpenApiSetup.AnyType];
        public Type? RequestType => type;
        public bool IsOptional => isOptional;
    }
}

/// <summary>A parameter of the query or a header.</summary>
internal sealed record ParameterShape(string Name, bool InHeader, string Description, JsonSchemaType Type, IReadOnlyList<string>? Words = null);

/// <summary>A header of answers.</summary>
internal sealed record HeaderShape(string Name, int? Status);

/// <summary>The body is a component of the document.</summary>
internal sealed record BodyShape(string Component);

/// <summary>The route takes or answers a text.</summary>
internal sealed record TextShape(string Type, bool IsAnswer);

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
