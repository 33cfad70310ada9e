using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Turnpike.Server.Http;

namespace Turnpike.Hosts.Tests.Server;

public sealed class BrokenOff
{
    [Fact]
    public async Task An_answer_that_breaks_in_the_middle_does_not_end_as_if_it_were_whole()
    {
        var http = new DefaultHttpContext();
        var connection = new Connection();
        http.Features.Set<IHttpResponseFeature>(new Begun());
        http.Features.Set<IHttpRequestLifetimeFeature>(connection);
        await Problem.WriteAsync(http, Problem.Of(500, "internal_error", "A fault."));
        Assert.True(connection.IsAborted);
        Assert.Equal(200, http.Response.StatusCode);
    }

    private sealed class Begun : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
