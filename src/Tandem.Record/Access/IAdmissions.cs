using Microsoft.AspNetCore.Http;

namespace Tandem.Record.Access;

/// <summary>
/// By what a request was let in, for answers that last longer than a request: streams and sockets end with the session or the token they were opened by. Given by Trust; without it
/// nobody signs in.
/// </summary>
public interface IAdmissions
{
    /// <summary>Names the session or token a request came with, in one word without blanks and without its secret; empty for services, whose scope is renewed, and where nobody signs in.</summary>
    string Of(HttpContext request);

    /// <summary>Whether a session so named is still open, in a role that its person holds, or a token works. True for the empty word.</summary>
    bool Hold(string admission);
}
