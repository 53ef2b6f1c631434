using Tandem.Kernel.Pages;

namespace Tandem.Hub.Pages;

/// <summary>What an error page says: what happened, what was kept, what to do.</summary>
internal sealed record ErrorText(Phrase Title, Phrase Happened, Phrase Kept, Phrase Do);

/// <summary>The texts of error pages.</summary>
internal static class ErrorWords
{
    internal static readonly Phrase ToStart = new("Go to the worklist", "Ir a los pendientes");

    private static readonly Phrase NothingChanged = new("Nothing was changed.", "No se cambió nada.");

    private static readonly Phrase MissingTitle = new("This page does not exist", "Esta página no existe");
    private static readonly Phrase MissingHappened = new(
        "The address leads nowhere. It may be mistyped, or what it showed was removed, or you may not see it.",
        "La dirección no lleva a ninguna parte. Puede estar mal escrita, lo que mostraba fue retirado o usted no puede verlo.");
    private static readonly Phrase MissingDo = new("Check the address, or go back and try another way.", "Revise la dirección o vuelva e intente otro camino.");

    private static readonly Phrase ForbiddenTitle = new("You may not see this", "No puede ver esto");
    private static readonly Phrase ForbiddenHappened = new(
        "Your role does not reach this part of the hub or this patient's record.",
        "Su función no alcanza esta parte de Tandem o el expediente de este paciente.");
    private static readonly Phrase ForbiddenDo = new("If you need it for your work, ask the person who gave you access.", "Si lo necesita para su trabajo, pregunte a quien le dio acceso.");

    private static readonly Phrase SignInTitle = new("Please sign in", "Inicie sesión");
    private static readonly Phrase SignInHappened = new("You are not signed in, or your session has ended.", "No ha iniciado sesión o su sesión terminó.");
    private static readonly Phrase SignInDo = new("Sign in, then come back to this page.", "Inicie sesión y vuelva a esta página.");

    private static readonly Phrase InvalidTitle = new("This request could not be read", "No se pudo leer esta solicitud");
    private static readonly Phrase InvalidHappened = new(
        "Something in the request is wrong or out of date. This happens when a page was left open for long.",
        "Algo en la solicitud es incorrecto o ha caducado. Ocurre cuando una página queda abierta mucho tiempo.");
    private static readonly Phrase InvalidDo = new("Go back, reload the page and try again.", "Vuelva, recargue la página e intente de nuevo.");

    private static readonly Phrase FailedTitle = new("Something went wrong in the hub", "Algo falló en Tandem");
    private static readonly Phrase FailedHappened = new(
        "The hub could not finish this request. The failure has been recorded.",
        "Tandem no pudo terminar esta solicitud. El fallo quedó registrado.");
    private static readonly Phrase FailedKept = new(
        "What was saved before is safe. This request was either saved whole or not at all.",
        "Lo guardado antes está a salvo. Esta solicitud se guardó completa o no se guardó.");
    private static readonly Phrase FailedDo = new(
        "Look whether your change is there, then try again. If it fails again, give support the incident number.",
        "Vea si su cambio está hecho e intente de nuevo. Si falla otra vez, dé a soporte el número de incidente.");

    internal static ErrorText Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest => new(InvalidTitle, InvalidHappened, NothingChanged, InvalidDo),
        StatusCodes.Status401Unauthorized => new(SignInTitle, SignInHappened, NothingChanged, SignInDo),
        StatusCodes.Status403Forbidden => new(ForbiddenTitle, ForbiddenHappened, NothingChanged, ForbiddenDo),
        StatusCodes.Status404NotFound or StatusCodes.Status410Gone => new(MissingTitle, MissingHappened, NothingChanged, MissingDo),
        < StatusCodes.Status500InternalServerError => new(InvalidTitle, InvalidHappened, NothingChanged, InvalidDo),
        _ => new(FailedTitle, FailedHappened, FailedKept, FailedDo),
    };
}
